import {describe, expect, test} from 'vitest';
import {readTextEnds} from '../../../../src/engine/families/text-ends.ts';

const read = (config: unknown, generation: unknown = null) => readTextEnds(config, generation, 100);

describe('the tokens that begin and end a text', () => {
	test('any of several ends it, each counted once', () => {
		expect(read({eos_token_id: [7, 8, 7]}).eosTokenIds).toEqual([7, 8]);
		expect(read({eos_token_id: 0}).eosTokenIds).toEqual([0]);
	});

	// Llama 3.2 Instruct: config.json and generation_config.json disagree, and `generate` follows the latter.
	test('generation_config.json wins', () => {
		const config = {bos_token_id: 1, eos_token_id: 2};
		expect(read(config, {bos_token_id: 3, eos_token_id: [4, 5]})).toEqual({bosTokenId: 3, eosTokenIds: [4, 5]});
		expect(read(config, {})).toEqual({bosTokenId: 1, eosTokenIds: [2]});
		expect(read(config, {bos_token_id: null, eos_token_id: null})).toEqual({bosTokenId: 1, eosTokenIds: [2]});
		expect(read({}, {eos_token_id: 5}).eosTokenIds).toEqual([5]);
	});

	test('a model without a beginning begins with its first end, one without either with nothing', () => {
		expect(read({eos_token_id: [7, 8]})).toEqual({bosTokenId: 7, eosTokenIds: [7, 8]});
		expect(read({bos_token_id: null, eos_token_id: 7}).bosTokenId).toBe(7);
		expect(read({bos_token_id: 100, eos_token_id: 7}).bosTokenId).toBe(7);
		expect(read({})).toEqual({bosTokenId: null, eosTokenIds: []});
		expect(read(null)).toEqual({bosTokenId: null, eosTokenIds: []});
		expect(read({bos_token_id: 3, eos_token_id: null})).toEqual({bosTokenId: 3, eosTokenIds: []});
	});

	test('where both files are silent, the family may know the end', () => {
		expect(readTextEnds({}, null, 100, 99)).toEqual({bosTokenId: 99, eosTokenIds: [99]});
		expect(readTextEnds({eos_token_id: null}, null, 100, 99).eosTokenIds).toEqual([]);
	});

	test.each([
		[{eos_token_id: [1, 'x']}, null, 'config.json has no valid eos_token_id: [1,"x"].'],
		[{eos_token_id: []}, null, 'config.json has no valid eos_token_id: [].'],
		[{eos_token_id: 1}, {eos_token_id: -1}, 'generation_config.json has no valid eos_token_id: -1.'],
		[
			{eos_token_id: 1},
			{eos_token_id: [1, 100]},
			'generation_config.json has eos_token_id 100, but the model only 100',
		],
	])('an end that is no token is refused by file and value: %j %j', (config, generation, message) => {
		expect(() => read(config, generation)).toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringContaining(message)}),
		);
	});
});
