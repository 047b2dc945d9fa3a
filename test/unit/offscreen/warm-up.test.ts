import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {WarmUp} from '../../../src/offscreen/warm-up.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

const LONG = 60_000;

/** Work that ends when it is told to, and rejects when its signal says so. */
function exercise() {
	let finish = () => {};
	const signals: AbortSignal[] = [];
	const work = (signal: AbortSignal) => {
		signals.push(signal);
		return new Promise<void>((resolve, reject) => {
			finish = resolve;
			signal.addEventListener('abort', () => reject(signal.reason));
		});
	};
	return {work, signals, finish: () => finish()};
}

describe('the engine goes on by itself', () => {
	test('once the first question has been answered and nobody asks for more, and only once', async () => {
		const {work, signals, finish} = exercise();
		const warmUp = new WarmUp(work);
		await vi.advanceTimersByTimeAsync(LONG);
		expect(signals).toHaveLength(0);
		expect(await warmUp.answer(async () => 'an answer')).toBe('an answer');
		expect(signals).toHaveLength(0);
		await vi.advanceTimersByTimeAsync(LONG);
		expect(signals).toHaveLength(1);
		finish();
		await warmUp.answer(async () => {});
		await vi.advanceTimersByTimeAsync(LONG);
		expect(signals).toHaveLength(1);
	});

	test('never while somebody waits', async () => {
		const {work, signals} = exercise();
		const warmUp = new WarmUp(work);
		let answered = () => {};
		const slow = warmUp.answer(() => new Promise<void>(resolve => (answered = resolve)));
		await warmUp.answer(async () => {});
		await vi.advanceTimersByTimeAsync(LONG);
		expect(signals).toHaveLength(0);
		answered();
		await slow;
		await vi.advanceTimersByTimeAsync(LONG);
		expect(signals).toHaveLength(1);
	});

	test('until somebody asks, and again when that is answered, also by a refusal', async () => {
		const {work, signals} = exercise();
		const warmUp = new WarmUp(work);
		await warmUp.answer(async () => {});
		await vi.advanceTimersByTimeAsync(LONG);
		const refused = warmUp.answer(async () => {
			expect(signals[0].aborted).toBe(true);
			throw new Error('no');
		});
		await expect(refused).rejects.toThrow('no');
		await vi.advanceTimersByTimeAsync(LONG);
		expect(signals.map(({aborted}) => aborted)).toEqual([true, false]);
	});

	test('not again where it cannot', async () => {
		const work = vi.fn(() => Promise.reject(new Error('no model')));
		const warmUp = new WarmUp(work);
		for (let i = 0; i < 2; i++) {
			await warmUp.answer(async () => {});
			await vi.advanceTimersByTimeAsync(LONG);
		}
		expect(work).toHaveBeenCalledTimes(1);
	});
});
