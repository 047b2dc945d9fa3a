import {describe, expect, it} from 'vitest';
import type {GenerationConfig} from '../../../../src/engine/generation/config.ts';
import {planGeneration, suffixBytes} from '../../../../src/engine/generation/plan.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';
import {configOf, continued} from './helpers.ts';

const {config: model} = syntheticModel({vocabSize: 4});

describe('planGeneration', () => {
	// What each parameter takes, and which go together, is in test/unit/engine/parameters/parameters.test.ts.
	it.each<[Partial<GenerationConfig>, RegExp]>([
		[{maxNewTokens: 0}, /^maxNewTokens must be .*, but is 0\./],
		[{earlyStopping: 'always' as never}, /^earlyStopping must be .*, but is "always"\./],
		[{numReturnSequences: 2}, /^Greedy search gives one continuation/],
		[{badWordsIds: [[0], [1], [2], [3]]}, /^badWords bans every one of the 4 classes, so that nothing could be chosen/],
		[{badWordsIds: [[7]]}, /^badWords must hold words of token ids from 0 to 3, but one is \[7\]/],
	])('refuses %j', (changes, message) => {
		expect(() => planGeneration(configOf(changes), model)).toThrow(
			expect.objectContaining({name: 'EngineError', code: 'bad-parameter', message: expect.stringMatching(message)}),
		);
	});

	it('says whether a draft model is needed', () => {
		const needs = (changes: Partial<GenerationConfig>) => {
			const {config, strategy} = planGeneration(configOf(changes), model);
			return strategy.needsAssistant?.(config) ?? false;
		};
		expect(needs({})).toBe(false);
		expect(needs({numAssistantTokens: 4})).toBe(true);
		expect(needs({promptLookupNumTokens: 4})).toBe(false);
	});
});

describe('the memory that continuations take', () => {
	const small = {layers: 12, hiddenSize: 768};

	it('is, of an export, rows x tokens x layers x keys and values x width x 4 bytes, twice', () => {
		expect(suffixBytes(1, 1, small)).toBe(147_456);
		expect(suffixBytes(4, 100, small)).toBe(400 * 147_456);
		expect(suffixBytes(1, 1, {...small, cacheWidth: 256})).toBe(147_456 / 3);
	});

	it('is, on our kernels, pages of 64 positions: those that a row’s tokens fill, and the one in which the prompt ended', () => {
		// Keys and values as int16, with a step for each of 12 heads.
		const cacheBytes = 12 * 2 * (768 * 2 + 12 * 4);
		expect(suffixBytes(1, 64, {...small, cacheBytes})).toBe(128 * cacheBytes);
		expect(suffixBytes(4, 65, {...small, cacheBytes})).toBe(4 * 192 * cacheBytes);
	});

	it.each<[string, Partial<GenerationConfig>]>([
		['numBeams', {numBeams: 16}],
		['numReturnSequences', {numReturnSequences: 16, doSample: true}],
	])('has %s rows', (parameter, changes) => {
		const large = {...model, hiddenSize: 1280, layers: 36, contextLength: 1024};
		expect(() => planGeneration(configOf({...changes, maxNewTokens: 1000}), large)).toThrow(
			`Lower ${parameter} or maxNewTokens.`,
		);
	});

	it('is refused above the limit before anything is read, naming the parameters to lower', async () => {
		const large = syntheticModel({hiddenSize: 1280, contextLength: 1024});
		Object.assign(large.config, {layers: 36});
		const attempt = continued(large, {numBeams: 16, maxNewTokens: 1000});
		await expect(attempt).rejects.toMatchObject({
			code: 'out-of-memory',
			message:
				'numBeams 16 x 1000 new tokens would take 11250 MiB of memory, more than the 1024 MiB allowed. ' +
				'Lower numBeams or maxNewTokens.',
		});
		expect(large.calls).toEqual([]);
	});

	it('may be 1 GiB and not a byte more, for as many tokens as fit after a prompt of one', () => {
		// 16 rows of 32 blocks 1024 wide take 8 MiB a token.
		const plan = (maxNewTokens: number, contextLength: number) =>
			planGeneration(configOf({numBeams: 16, maxNewTokens}), {...model, layers: 32, hiddenSize: 1024, contextLength});
		expect(() => plan(128, 1024)).not.toThrow();
		expect(() => plan(129, 1024)).toThrow('numBeams 16 x 129 new tokens would take 1032 MiB');
		expect(() => plan(1000, 129)).not.toThrow();
		expect(() => plan(1000, 130)).toThrow('numBeams 16 x 129 new tokens would take 1032 MiB');
	});

	it('counts no more tokens than the context leaves', async () => {
		const short = syntheticModel({hiddenSize: 1280, contextLength: 5});
		Object.assign(short.config, {layers: 36});
		await expect(continued(short, {numBeams: 16, maxNewTokens: 1000})).resolves.toBeDefined();
	});
});
