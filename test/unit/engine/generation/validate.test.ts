import {describe, expect, it} from 'vitest';
import type {GenerationConfig} from '../../../../src/engine/generation/config.ts';
import {suffixBytes, validateConfig} from '../../../../src/engine/generation/validate.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';
import {configOf, continued} from './helpers.ts';

const model = {vocabSize: 4, eosTokenId: 3};

describe('validateConfig', () => {
	it.each<[Partial<GenerationConfig>, string]>([
		[{maxNewTokens: 0}, 'maxNewTokens must be a whole number of at least 1, but is 0.'],
		[{minNewTokens: -1}, 'minNewTokens must be a whole number of at least 0, but is -1.'],
		[{minNewTokens: 9, maxNewTokens: 8}, 'minNewTokens must be at most maxNewTokens (8), but is 9.'],
		[{numBeams: 1.5}, 'numBeams must be a whole number of at least 1, but is 1.5.'],
		[{topK: -1}, 'topK must be a whole number of at least 0, but is -1.'],
		[{seed: 2 ** 32}, 'seed must be at most 4294967295, but is 4294967296.'],
		[{maxTime: -1}, 'maxTime must be seconds, at least 0, but is -1.'],
		[{lengthPenalty: Number.NaN}, 'lengthPenalty must be a number, but is NaN.'],
		[{earlyStopping: 'always' as never}, 'earlyStopping must be true, false or "never", but is "always".'],
		[{penaltyAlpha: 1.5, topK: 4}, 'penaltyAlpha must be a number from 0 to 1, but is 1.5.'],
		[{stopStrings: ['a', '']}, 'stopStrings must hold no empty text, but is "".'],
		[{temperature: 0}, 'temperature must be a number above 0 (for greedy search, turn doSample off), but is 0.'],
		[{topP: 1.2}, 'topP must be a number from 0 to 1, but is 1.2.'],
		[{repetitionPenalty: 0}, 'repetitionPenalty must be a number above 0, but is 0.'],
		[{numReturnSequences: 2}, 'numReturnSequences must be 1 for greedy search, but is 2.'],
		[{numBeams: 2, numReturnSequences: 3}, 'numReturnSequences must be at most numBeams (2), but is 3.'],
		[{numAssistantTokens: 2, numBeams: 2}, 'numBeams must be 1 for speculative decoding, but is 2.'],
		[{numAssistantTokens: 2, penaltyAlpha: 0.5}, 'penaltyAlpha must be 0 for speculative decoding, but is 0.5.'],
		[{penaltyAlpha: 0.5, topK: 4, doSample: true}, 'doSample must be false for contrastive search, but is true.'],
		[{penaltyAlpha: 0.5, topK: 4, numBeams: 2}, 'numBeams must be 1 for contrastive search, but is 2.'],
		[
			{penaltyAlpha: 0.5},
			'topK must be at least 2 for contrastive search, which compares that many candidates, but is 0.',
		],
		[{numBeams: 4, numBeamGroups: 3, diversityPenalty: 1}, 'numBeamGroups must divide numBeams (4), but is 3.'],
		[{numBeams: 4, numBeamGroups: 2}, 'diversityPenalty must be above 0 when there are groups of beams, but is 0.'],
		[
			{numBeams: 4, numBeamGroups: 2, diversityPenalty: 1, doSample: true},
			'doSample must be false for diverse beam search, but is true.',
		],
		[{diversityPenalty: 1}, 'diversityPenalty must be 0 unless numBeamGroups is above 1, but is 1.'],
		[
			{badWordsIds: [[0], [1], [2], [3]]},
			'badWordsIds bans every one of the 4 classes, so that nothing could be chosen. Allow some.',
		],
	])('refuses %j', (changes, message) => {
		expect(() => validateConfig(configOf(changes), model)).toThrow(
			expect.objectContaining({name: 'EngineError', code: 'bad-parameter', message}),
		);
	});

	it.each<Partial<GenerationConfig>>([
		{},
		{doSample: true, numReturnSequences: 8, temperature: 0.8, topK: 50, topP: 0.95},
		{numBeams: 4, numReturnSequences: 4, earlyStopping: 'never'},
		{numBeams: 4, doSample: true},
		{numBeams: 4, numBeamGroups: 2, diversityPenalty: 0.5},
		{penaltyAlpha: 0.6, topK: 4},
		{numAssistantTokens: 4, doSample: true},
	])('takes %j', changes => {
		expect(() => validateConfig(configOf(changes), model)).not.toThrow();
	});
});

describe('the memory that continuations take', () => {
	it('is rows x tokens x layers x keys and values x width x 4 bytes, twice', () => {
		const small = {layers: 12, hiddenSize: 768};
		expect(suffixBytes(configOf({maxNewTokens: 1}), small)).toBe(147_456);
		expect(suffixBytes(configOf({numBeams: 4, maxNewTokens: 100}), small)).toBe(400 * 147_456);
		expect(suffixBytes(configOf({numReturnSequences: 3, maxNewTokens: 10}), small)).toBe(30 * 147_456);
		expect(suffixBytes(configOf({penaltyAlpha: 0.6, topK: 5, maxNewTokens: 10}), small)).toBe(50 * 147_456);
	});

	it('is refused above the limit before anything is read, saying what to lower', async () => {
		const large = syntheticModel({hiddenSize: 1280, contextLength: 1024});
		Object.assign(large.config, {layers: 36});
		const attempt = continued(large, {numBeams: 16, maxNewTokens: 1000});
		await expect(attempt).rejects.toMatchObject({
			code: 'out-of-memory',
			message:
				'numBeams 16 x 1000 new tokens would take 11,250 MiB of memory, more than the 1,024 MiB allowed. ' +
				'Lower numBeams or maxNewTokens.',
		});
		expect(large.calls.filter(call => call.method === 'extend')).toEqual([]);
	});

	it('counts no more tokens than the context leaves', async () => {
		const short = syntheticModel({hiddenSize: 1280, contextLength: 5});
		Object.assign(short.config, {layers: 36});
		await expect(continued(short, {numBeams: 16, maxNewTokens: 1000})).resolves.toBeDefined();
	});
});
