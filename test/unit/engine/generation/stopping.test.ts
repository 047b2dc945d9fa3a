import fc from 'fast-check';
import {describe, expect, it, vi} from 'vitest';
import type {GenerationConfig} from '../../../../src/engine/generation/config.ts';
import {generate} from '../../../../src/engine/generation/generate.ts';
import {planGeneration} from '../../../../src/engine/generation/plan.ts';
import {createStopping} from '../../../../src/engine/generation/stopping.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';
import {configOf, continued} from './helpers.ts';

/** Says its tokens in order: 0 1 2 3 ... */
const counting = (contextLength = 64) =>
	syntheticModel({
		vocabSize: 8,
		contextLength,
		logits: ids => Array.from({length: 8}, (_, id) => (id === (ids[ids.length - 1] + 1) % 8 ? 9 : 0)),
	});
const PIECES = ['The', ' E', 'N', 'D, and', ' more', '.', '\n', '<|endoftext|>'];
const decode = (ids: readonly number[]) => ids.map(id => PIECES[id]).join('');
/** Every strategy; each says the same with this model. */
const STRATEGIES: Record<string, Partial<GenerationConfig>> = {
	greedy: {},
	sampling: {doSample: true, temperature: 0.1},
	beam: {numBeams: 2},
	speculative: {numAssistantTokens: 3},
};

describe.each(Object.entries(STRATEGIES))('stopping (%s)', (_, strategy) => {
	const say = async (changes: Partial<GenerationConfig>, prompt = [7], model = counting(), now = () => 0) => {
		const assistant = {model, prefix: await model.prefill(prompt)};
		const {continuations} = await continued(model, {...strategy, ...changes}, {decode, assistant, now}, prompt);
		return continuations[0];
	};

	it('ends at the number of tokens', async () => {
		const {ids, text, finishReason} = await say({maxNewTokens: 3});
		expect({ids, text, finishReason}).toEqual({ids: [0, 1, 2], text: 'The EN', finishReason: 'length'});
	});

	it('ends with a stop string across token borders, the text cut after it, the tokens whole', async () => {
		const {ids, text, finishReason} = await say({maxNewTokens: 20, stopStrings: ['never', 'END']});
		expect({ids, text, finishReason}).toEqual({ids: [0, 1, 2, 3], text: 'The END', finishReason: 'stop-string'});
	});

	it('does not look for stop strings in the prompt', async () => {
		const {text} = await say({maxNewTokens: 20, stopStrings: ['END', '.']}, [0, 1, 2]);
		expect(text).toBe('D, and more.');
	});

	it('ends with the end of text, which is among the tokens and not in the text', async () => {
		const {ids, text, finishReason} = await say({maxNewTokens: 20});
		expect(ids).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
		expect({text, finishReason}).toEqual({text: 'The END, and more.\n', finishReason: 'end-of-text'});
	});

	it('ends when the context is full, and says so', async () => {
		const {ids, finishReason} = await say({maxNewTokens: 5}, [5, 6, 7], counting(6));
		expect({ids, finishReason}).toEqual({ids: [0, 1, 2], finishReason: 'context'});
	});

	it('calls it the length when the context holds just as many', async () => {
		expect((await say({maxNewTokens: 3}, [5, 6, 7], counting(6))).finishReason).toBe('length');
	});

	it('says nothing after a prompt that fills the context', async () => {
		const {ids, text, finishReason} = await say({maxNewTokens: 5}, [5, 6, 7], counting(3));
		expect({ids, text, finishReason}).toEqual({ids: [], text: '', finishReason: 'context'});
	});

	it('reports every token, then the end, also of a continuation that has none', async () => {
		const heard = async (prompt: number[], contextLength: number) => {
			const events: string[] = [];
			const model = counting(contextLength);
			const hooks = {
				decode,
				assistant: {model, prefix: await model.prefill(prompt)},
				onTokens: (tokens: {branch: number; token: {id: number}}[]) =>
					events.push(...tokens.map(({branch, token}) => `${branch}: ${token.id}`)),
				onFinished: (branch: number, reason: string) => events.push(`${branch} ${reason}`),
			};
			await continued(model, {...strategy, maxNewTokens: 3}, hooks, prompt);
			return events;
		};
		expect(await heard([7], 64)).toEqual(['0: 0', '0: 1', '0: 2', '0 length']);
		expect(await heard([5, 6, 7], 3)).toEqual(['0 context']);
	});

	it('ends when the time is over', async () => {
		let milliseconds = 0;
		const {ids, finishReason} = await say({maxNewTokens: 7, maxTime: 2}, [7], counting(), () => {
			milliseconds += 900;
			return milliseconds;
		});
		expect({ids, finishReason}).toEqual({ids: [0, 1, 2], finishReason: 'time'});
	});

	it('goes by the time of the machine where no other clock is given', async () => {
		let milliseconds = 5000;
		const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
			milliseconds += 900;
			return milliseconds;
		});
		try {
			const model = counting();
			const assistant = {model, prefix: await model.prefill([7])};
			const changes = {...strategy, maxNewTokens: 7, maxTime: 2};
			const {continuations} = await continued(model, changes, {decode, assistant}, [7]);
			expect(continuations[0]).toMatchObject({ids: [0, 1, 2], finishReason: 'time'});
		} finally {
			clock.mockRestore();
		}
	});

	it('stops the work when aborted, with the reason given', async () => {
		const model = counting();
		const abort = new AbortController();
		const prefix = await model.prefill([7]);
		const extend = model.extend;
		let steps = 0;
		model.extend = (...args) => {
			if (++steps === 2) abort.abort(new Error('enough'));
			expect(args[3]?.signal).toBe(abort.signal);
			return extend(...args);
		};
		const plan = planGeneration(configOf({...strategy, maxNewTokens: 7}), model.config);
		const hooks = {decode, signal: abort.signal, assistant: {model, prefix}};
		await expect(generate(model, prefix, plan, hooks)).rejects.toThrow('enough');
		expect(steps).toBe(2);
	});
});

describe('createStopping', () => {
	it('ends a text at any of its ends, which is no part of it', () => {
		const stopping = createStopping(configOf({}), [5, 9], 100, String, () => 0);
		expect([[1], [1, 5], [1, 9], [9, 1], []].map(ids => stopping.completion(ids))).toEqual([
			null,
			'end-of-text',
			'end-of-text',
			null,
			null,
		]);
		expect(stopping.textOf([1, 9])).toBe('1');
	});

	it('finds a stop string as soon as the whole text holds it, however it is cut into tokens', () => {
		const token = fc.stringMatching(/^[ab€]{1,3}$/);
		fc.assert(
			fc.property(fc.array(token, {minLength: 1, maxLength: 12}), fc.stringMatching(/^[ab€]{1,4}$/), (tokens, stop) => {
				const text = (ids: readonly number[]) => ids.map(id => tokens[id]).join('');
				const stopping = createStopping(configOf({stopStrings: [stop]}), [99], 100, text, () => 0);
				for (let length = 1; length <= tokens.length; length++) {
					const ids = Array.from({length}, (_, id) => id);
					const found = text(ids).includes(stop);
					expect(stopping.completion(ids)).toBe(found ? 'stop-string' : null);
					if (!found) continue;
					expect(stopping.textOf(ids).endsWith(stop)).toBe(true);
					expect(stopping.textOf(ids).indexOf(stop)).toBe(stopping.textOf(ids).length - stop.length);
					break;
				}
			}),
		);
	});

	it('finds a stop string of many tokens, and decodes no more of a long text than can take part in one', () => {
		const letters = (ids: readonly number[]) => ids.map(() => 'a').join('');
		let longest = 0;
		const counted = (ids: readonly number[]) => {
			longest = Math.max(longest, ids.length);
			return letters(ids);
		};
		const stopping = createStopping(configOf({stopStrings: ['a'.repeat(30), 'b']}), [99], 1000, counted, () => 0);
		const text = (length: number) => new Array<number>(length).fill(0);
		expect(stopping.completion(text(29))).toBeNull();
		expect(stopping.completion(text(30))).toBe('stop-string');
		stopping.completion(text(900));
		// A token is a byte at least; the first may be the end of a character of four.
		expect(longest).toBeLessThanOrEqual(34);
	});

	it('is over as soon as the time given has passed, which 0 never does', () => {
		let now = 500;
		const given = (maxTime: number) =>
			createStopping(
				configOf({maxTime}),
				[99],
				100,
				() => '',
				() => now,
			);
		const [limited, unlimited] = [given(2), given(0)];
		expect(limited.reasonAfter([1])).toBeNull();
		now = 2499;
		expect(limited.reasonAfter([1])).toBeNull();
		now = 2500;
		expect(limited.reasonAfter([1])).toBe('time');
		now = 1e12;
		expect(unlimited.reasonAfter([1])).toBeNull();
	});
});
