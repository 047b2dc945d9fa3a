import {describe, expect, test} from 'vitest';
import {readGpt2Config} from '../../../../src/engine/families/gpt2-config.ts';

/** GPT-2 small's own `config.json`, as far as it matters. */
const SMALL = {
	model_type: 'gpt2',
	activation_function: 'gelu_new',
	n_layer: 12,
	n_head: 12,
	n_embd: 768,
	n_positions: 1024,
	n_ctx: 1024,
	vocab_size: 50_257,
	layer_norm_epsilon: 1e-5,
	eos_token_id: 50_256,
};

describe('config.json of a GPT-2', () => {
	test('has the shape of the model', () => {
		expect(readGpt2Config(SMALL)).toEqual({
			vocabSize: 50_257,
			contextLength: 1024,
			layers: 12,
			heads: 12,
			hiddenSize: 768,
			innerSize: 3072,
			layerNormEpsilon: 1e-5,
			bosTokenId: 50_256,
			eosTokenIds: [50_256],
			activation: 'gelu_new',
			tiedHead: true,
		});
	});

	test('may leave out what GPT-2 has by default', () => {
		const {activation_function: _a, layer_norm_epsilon: _e, eos_token_id: _t, n_positions: _p, ...few} = SMALL;
		expect(readGpt2Config({...few, n_ctx: 512})).toEqual({...readGpt2Config(SMALL), contextLength: 512});
	});

	test.each<[object, object]>([
		[{eos_token_id: null}, {bosTokenId: null, eosTokenIds: []}],
		[{eos_token_id: 0}, {eosTokenIds: [0]}],
		[{eos_token_id: [7]}, {eosTokenIds: [7]}],
		[{eos_token_id: [7, 3, 7]}, {bosTokenId: 7, eosTokenIds: [7, 3]}],
		[
			{bos_token_id: 1, eos_token_id: [2, 3]},
			{bosTokenId: 1, eosTokenIds: [2, 3]},
		],
		[{tie_word_embeddings: false}, {tiedHead: false}],
		[{activation_function: 'gelu'}, {activation: 'gelu'}],
		[{activation_function: 'gelu_pytorch_tanh'}, {activation: 'gelu_pytorch_tanh'}],
		[{n_inner: null}, {innerSize: 3072}],
		[{n_inner: 3000}, {innerSize: 3000}],
		[{scale_attn_weights: true, scale_attn_by_inverse_layer_idx: false, add_cross_attention: false}, {heads: 12}],
		[{n_positions: 2048, n_ctx: 512}, {contextLength: 2048}],
		[{layer_norm_epsilon: 0.1}, {layerNormEpsilon: 0.1}],
		[{n_layer: 1024, n_head: 1024, n_embd: 65_536, n_positions: 1_048_576, vocab_size: 4_000_000}, {layers: 1024}],
		[{n_head: 1}, {heads: 1}],
	])('may say %j', (changes, expected) => {
		expect(readGpt2Config({...SMALL, ...changes})).toMatchObject(expected);
	});

	test.each<[unknown, RegExp]>([
		[{...SMALL, n_layer: undefined}, /has no valid n_layer: undefined/],
		[{...SMALL, n_layer: 0}, /has no valid n_layer: 0/],
		[{...SMALL, n_layer: 2.5}, /has no valid n_layer: 2.5/],
		[{...SMALL, n_layer: '12'}, /has no valid n_layer: "12"/],
		[{...SMALL, n_layer: 1025}, /has n_layer 1025; the largest that is opened is 1024/],
		[{...SMALL, n_head: 1025}, /n_head 1025/],
		[{...SMALL, n_embd: 65_537}, /n_embd 65537/],
		[{...SMALL, n_positions: 1_048_577}, /n_positions 1048577/],
		[{...SMALL, vocab_size: 4_000_001}, /vocab_size 4000001/],
		[{...SMALL, n_head: 7}, /has n_embd 768, which n_head 7 does not divide/],
		[
			{...SMALL, activation_function: 'relu'},
			/the activation "relu", but only gelu_new, gelu_pytorch_tanh or gelu are known\./,
		],
		[{...SMALL, activation_function: 'toString'}, /the activation "toString"/],
		[{...SMALL, scale_attn_weights: false}, /has scale_attn_weights false, which is not supported/],
		[{...SMALL, scale_attn_by_inverse_layer_idx: true}, /has scale_attn_by_inverse_layer_idx true/],
		[{...SMALL, add_cross_attention: true}, /has add_cross_attention true/],
		[{...SMALL, tie_word_embeddings: 'yes'}, /has no valid tie_word_embeddings: "yes"/],
		[{...SMALL, n_inner: 0}, /has no valid n_inner: 0/],
		[{...SMALL, quantization_config: {bits: 4}}, /has quantization_config \{"bits":4\}, which is not supported/],
		[{...SMALL, layer_norm_epsilon: 0}, /has layer_norm_epsilon 0; it must be above 0 and at most 0.1/],
		[{...SMALL, layer_norm_epsilon: 0.11}, /has layer_norm_epsilon 0.11/],
		[{...SMALL, layer_norm_epsilon: '1e-5'}, /has layer_norm_epsilon 1e-5/],
		[{...SMALL, eos_token_id: 50_257}, /has eos_token_id 50257, but the model only 50257 classes/],
		[{...SMALL, eos_token_id: -1}, /has no valid eos_token_id: -1/],
		[{...SMALL, eos_token_id: 1.5}, /has no valid eos_token_id: 1.5/],
		[{...SMALL, eos_token_id: []}, /has no valid eos_token_id: \[\]/],
		[{...SMALL, eos_token_id: [1, 50_257]}, /has eos_token_id 50257/],
		[{...SMALL, eos_token_id: [1, '2']}, /has no valid eos_token_id: \[1,"2"\]/],
		[{...SMALL, eos_token_id: 'x'}, /has no valid eos_token_id: "x"/],
	])('is refused by field and value: %j', (json, message) => {
		expect(() => readGpt2Config(json)).toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(message)}),
		);
	});
});
