import {describe, expect, it} from 'vitest';
import {EngineRequestError} from '../../../../src/client/engine-client.ts';
import {DEFAULT_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {createPreview} from '../../../../src/features/options/preview.ts';
import type {ClassesAnswer} from '../../../../src/protocol/questions/classes.ts';

const generation = (temperature: number) => ({...DEFAULT_GENERATION, temperature});

/** An engine whose answers a test gives one by one, and frames that come when the test says. */
function stage() {
	const asked: {
		text: string;
		temperature: number;
		signal: AbortSignal;
		answer(): Promise<void>;
		fail(): Promise<void>;
	}[] = [];
	const frames: (() => void)[] = [];
	const settle = () => new Promise(resolve => setTimeout(resolve));
	const client = {
		request: (_: string, params: never, {signal}: {signal: AbortSignal}) =>
			new Promise((resolve, reject) => {
				const {prompt, generation} = params as {prompt: {text: string}; generation: {temperature: number}};
				signal.addEventListener('abort', () => reject(new EngineRequestError('cancelled', 'Cancelled.')));
				asked.push({
					text: prompt.text,
					temperature: generation.temperature,
					signal,
					answer() {
						resolve({keptCount: generation.temperature} as unknown as ClassesAnswer);
						return settle() as Promise<void>;
					},
					fail() {
						reject(new EngineRequestError('internal', 'It broke.'));
						return settle() as Promise<void>;
					},
				});
			}),
	};
	const preview = createPreview(client as never, callback => frames.push(callback));
	const frame = () => {
		for (const callback of frames.splice(0)) callback();
	};
	const kept = () => preview.result.value?.answer.keptCount;
	return {preview, asked, frame, kept};
}

describe('the live preview', () => {
	it('asks once a frame, for the newest settings', () => {
		const {preview, asked, frame} = stage();
		preview.show('a', generation(1));
		preview.show('a', generation(2));
		expect(asked).toHaveLength(0);
		frame();
		expect(asked.map(({temperature}) => temperature)).toEqual([2]);
	});

	it('keeps moving while the slider does: the answer under way is shown, those between are skipped', async () => {
		const {preview, asked, frame, kept} = stage();
		preview.show('a', generation(1));
		frame();
		for (const temperature of [2, 3, 4]) {
			preview.show('a', generation(temperature));
			frame();
		}
		expect(asked[0].signal.aborted).toBe(false);
		await asked[0].answer();
		expect(kept()).toBe(1);
		frame();
		expect(asked.map(({temperature}) => temperature)).toEqual([1, 4]);
		await asked[1].answer();
		expect([kept(), preview.running.value]).toEqual([4, false]);
	});

	it('cancels the question of another prompt', async () => {
		const {preview, asked, frame, kept} = stage();
		preview.show('a', generation(1));
		frame();
		preview.show('ab', generation(1));
		frame();
		expect(asked[0].signal.aborted).toBe(true);
		await asked[1].answer();
		expect([kept(), preview.error.value, preview.running.value]).toEqual([1, null, false]);
	});

	it('says what went wrong, and asks the same again', async () => {
		const {preview, asked, frame, kept} = stage();
		preview.show('a', generation(1));
		frame();
		await asked[0].fail();
		expect(preview.error.value?.message).toBe('It broke.');
		preview.retry();
		frame();
		await asked[1].answer();
		expect([kept(), preview.error.value]).toEqual([1, null]);
	});

	it('cancels the running question when the page closes', () => {
		const {preview, asked, frame} = stage();
		preview.show('a', generation(1));
		frame();
		preview.dispose();
		expect(asked[0].signal.aborted).toBe(true);
	});
});
