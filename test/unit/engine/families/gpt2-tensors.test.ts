import {describe, expect, test} from 'vitest';
import {matchTensors} from '../../../../src/engine/checkpoint/match-tensors.ts';
import {parametersOf} from '../../../../src/engine/model/family.ts';
import {declareModel} from '../../../../src/engine/open-model.ts';

const model = (changes: object = {}) =>
	declareModel({
		model_type: 'gpt2',
		n_layer: 12,
		n_head: 12,
		n_embd: 768,
		n_positions: 1024,
		vocab_size: 50_257,
		...changes,
	});
const small = (changes: object = {}) =>
	model({n_layer: 1, n_head: 1, n_embd: 2, n_positions: 3, vocab_size: 5, ...changes});

describe('the tensors of a GPT-2', () => {
	test('have as many parameters as the papers say: 124, 355, 774 and 1,558 million', () => {
		const millions = (n_layer: number, n_embd: number) =>
			Math.round(parametersOf(model({n_layer, n_embd, n_head: 1})) / 1e6);
		expect([millions(12, 768), millions(24, 1024), millions(36, 1280), millions(48, 1600)]).toEqual([
			124, 355, 774, 1558,
		]);
		// GPT-2 small, to the last one; a head of its own is as large as the embedding.
		expect(parametersOf(model())).toBe(124_439_808);
		expect(parametersOf(model({tie_word_embeddings: false}))).toBe(124_439_808 + 50_257 * 768);
	});

	test('are those of GPT2LMHeadModel, matrices as Conv1D stores them', () => {
		const tensors = small({tie_word_embeddings: false}).program.tensors;
		expect(Object.fromEntries(tensors.map(({name, kind, shape}) => [name, `${kind} ${shape}`]))).toEqual({
			'wte.weight': 'rows 5,2',
			'lm_head.weight': 'rows 5,2',
			'wpe.weight': 'floats 3,2',
			'h.0.ln_1.weight': 'floats 2',
			'h.0.ln_1.bias': 'floats 2',
			'h.0.ln_2.weight': 'floats 2',
			'h.0.ln_2.bias': 'floats 2',
			'h.0.attn.c_attn.weight': 'columns 2,6',
			'h.0.attn.c_attn.bias': 'floats 6',
			'h.0.attn.c_proj.weight': 'columns 2,2',
			'h.0.attn.c_proj.bias': 'floats 2',
			'h.0.mlp.c_fc.weight': 'columns 2,8',
			'h.0.mlp.c_fc.bias': 'floats 8',
			'h.0.mlp.c_proj.weight': 'columns 8,2',
			'h.0.mlp.c_proj.bias': 'floats 2',
			'ln_f.weight': 'floats 2',
			'ln_f.bias': 'floats 2',
		});
		expect(small().program.tensors.map(({name}) => name)).not.toContain('lm_head.weight');
	});
});

describe('a checkpoint’s tensors', () => {
	type Found = {name: string; shape: readonly number[] | null};
	const complete = (prefix = ''): Found[] =>
		small().program.tensors.map(({name, shape}) => ({name: prefix + name, shape}));
	const without = (name: string) => complete().filter(tensor => tensor.name !== name);

	test.each(['', 'transformer.'])('are found by the names they have in the file (%j)', prefix => {
		const matched = matchTensors(small(), complete(prefix));
		expect([...matched.keys()].sort()).toEqual(
			complete(prefix)
				.map(({name}) => name)
				.sort(),
		);
		for (const [name, tensor] of matched) expect(tensor.name).toBe(small().nameOf(name));
	});

	test('may lack a shape that is not known yet, and have masks and the tied head beside them', () => {
		const found: Found[] = [
			...complete().map(({name}) => ({name, shape: null})),
			{name: 'h.0.attn.bias', shape: [1, 1, 3, 3]},
			{name: 'transformer.h.0.attn.masked_bias', shape: []},
			{name: 'lm_head.weight', shape: [5, 2]},
		];
		expect(matchTensors(small(), found).size).toBe(complete().length);
	});

	test('may have the mask of any block beside them, also of the twelfth', () => {
		const found = [
			...small({n_layer: 12}).program.tensors.map(({name, shape}) => ({name, shape})),
			{name: 'h.11.attn.bias', shape: [1, 1, 3, 3]},
		];
		expect(matchTensors(small({n_layer: 12}), found).has('h.11.attn.bias')).toBe(false);
	});

	test.each<[string, Found[], object, RegExp]>([
		['one is missing', without('ln_f.bias'), {}, /should have ln_f\.bias of shape \[2\], but it is missing/],
		[
			'one has another shape',
			[...without('wpe.weight'), {name: 'wpe.weight', shape: [2, 3]}],
			{},
			/should have wpe\.weight of shape \[3,2\], but it is \[2,3\]/,
		],
		['one is there twice', [...complete(), {name: 'transformer.ln_f.bias', shape: [2]}], {}, /has ln_f\.bias twice/],
		[
			'one is no GPT-2’s',
			[...complete(), {name: 'score.weight', shape: [2]}],
			{},
			/has score\.weight, which a language model/,
		],
		['a mask is of a block too many', [...complete(), {name: 'h.1.attn.bias', shape: [1]}], {}, /has h\.1\.attn\.bias/],
		['a block is one too many', [...complete(), {name: 'h.1.ln_1.bias', shape: [2]}], {}, /with 1 blocks/],
		['a mask has another name', [...complete(), {name: 'xh.0.attn.bias', shape: [1]}], {}, /has xh\.0\.attn\.bias/],
		['a mask’s name goes on', [...complete(), {name: 'h.0.attn.bias.x', shape: [1]}], {}, /has h\.0\.attn\.bias\.x/],
		['the head is its own, and missing', complete(), {tie_word_embeddings: false}, /lm_head\.weight.*missing/],
	])('are refused where %s', (_, found, changes, message) => {
		expect(() => matchTensors(small(changes), found)).toThrow(
			expect.objectContaining({code: 'bad-model', message: expect.stringMatching(message)}),
		);
	});
});
