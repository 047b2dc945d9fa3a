import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {openSafetensors} from '../../../../src/engine/checkpoint/safetensors.ts';
import * as layout from '../../../../src/engine/kernels/assembly/layout.ts';
import {softmax} from '../../../../src/engine/math/math.ts';
import type {KernelModel} from '../../../../src/engine/model/kernel-model.ts';
import type {ReadOptions, Text} from '../../../../src/engine/model/reader.ts';
import {maskedMass} from '../../../../src/engine/model/scores.ts';
import {makeCheckpoint} from '../../../helpers/checkpoint.ts';
import {openWithoutTokens} from '../../../helpers/open-model.ts';

/** What can be changed in a program while it runs, against a checkpoint whose weights have the same change. */

const SHAPE = {layers: 2, heads: 2, width: 32, contextLength: 64, vocabSize: 300};
const D = SHAPE.width;
const files = makeCheckpoint(SHAPE);
const config = JSON.parse(new TextDecoder().decode(files['config.json']));
const ids = [5, 77, 200, 33, 8];

/** The model with other weights. */
async function changed(name: string, change: (values: Float32Array) => void): Promise<KernelModel> {
	const weights = files['model.safetensors'].slice();
	const {byteOffset, byteLength} = openSafetensors(weights).bytes(name);
	const values = new Float32Array(weights.slice(byteOffset, byteOffset + byteLength).buffer);
	change(values);
	weights.set(new Uint8Array(values.buffer), byteOffset);
	return openWithoutTokens(config, weights);
}

let lm: KernelModel;
beforeAll(async () => {
	lm = await openWithoutTokens(config, files['model.safetensors']);
});
afterAll(() => lm.dispose());

/** Logits after the text, with these words of the program. */
async function logitsWith(words: readonly [instruction: number, word: number, value: number][]): Promise<Float32Array> {
	const before = words.map(([instruction, word]) => lm.machine.wordOf(instruction, word));
	const change: ReadOptions['change'] = {
		make: () => words.forEach(([instruction, word, value]) => void lm.machine.instruct(instruction, word, value)),
		undo: () => words.forEach(([instruction, word], i) => void lm.machine.instruct(instruction, word, before[i])),
	};
	const text: Text = {ids, next: ids.length - 1, wanted: () => 'logits'};
	const rows: Float32Array[] = [];
	const reader = lm.reader.computing({name: JSON.stringify(words)});
	await reader.read([text], computed => void rows.push(lm.machine.logits(computed.at(-1)!.place).slice()), {change});
	return rows[0];
}

describe('a part that is switched off', () => {
	test('is a head whose rows of the projection are zero', async () => {
		const factors = lm.machine.memory.allocate(4 * SHAPE.heads);
		lm.machine.memory.floats(factors, 2).set([1, 0]);
		const attention = lm.machine.program.parts.get('1.heads')!;
		const off = await logitsWith([[attention, layout.ATTENTION_FACTORS, factors]]);
		const other = await changed('h.1.attn.c_proj.weight', values => values.fill(0, (D / 2) * D, D * D));
		expect(off).toEqual((await other.prefill(ids)).logits);
		expect(off).not.toEqual((await lm.prefill(ids)).logits);
		await other.dispose();
	});

	test('is a feed-forward whose projection is zero', async () => {
		const mlp = lm.machine.program.parts.get('0.mlp')!;
		const off = await logitsWith([[mlp, 0, layout.NOTHING]]);
		const other = await changed('h.0.mlp.c_proj.weight', values => values.fill(0));
		expect(off).toEqual((await other.prefill(ids)).logits);
		await other.dispose();
	});

	test('leaves nothing behind', async () => {
		const before = (await lm.prefill(ids)).logits;
		await logitsWith([[lm.machine.program.parts.get('0.attention')!, 0, layout.NOTHING]]);
		lm.forget();
		expect((await lm.prefill(ids)).logits).toEqual(before);
	});
});

test('a vector that is added to the residual stream at the last position comes out at the head', async () => {
	const {memory, program} = lm.machine;
	const vector = memory.allocate(4 * D);
	const patch = memory.allocate(4 * layout.PATCH_WORDS);
	memory.floats(vector, D).fill(0.5);
	memory.words(patch, 3).set([ids.length - 1, layout.SHIFT, vector]);
	memory.floats(patch, 4)[3] = 2;
	const place = program.residuals.at(-1)!;
	const words = (value: number): [number, number, number][] => [
		[place, layout.PLACE_PATCHES, patch],
		[place, layout.PLACE_PATCHES + 1, value],
	];
	// A layer norm takes the mean away: what is added to all channels alike changes nothing but its rounding.
	const [plain, shifted] = [await logitsWith(words(0)), await logitsWith(words(1))];
	for (let id = 0; id < plain.length; id++) expect(shifted[id]).toBeCloseTo(plain[id], 4);
	memory.floats(vector, D).set([4]);
	const moved = await logitsWith([...words(1), [place, layout.PLACE_COPY, 0]]);
	expect(Math.max(...moved.map((logit, id) => Math.abs(logit - plain[id])))).toBeGreaterThan(0.1);
});

test('the probability of some classes is that of their sum', async () => {
	const mask = lm.machine.memory.allocate(4 * 304);
	const chosen = [0, 3, 77, 299];
	const ones = lm.machine.memory.floats(mask, 304);
	for (const id of chosen) ones[id] = 1;
	const text: Text = {ids, next: 0, wanted: () => 'logits', target: () => 1};
	const masses: number[] = [];
	await lm.reader.read([text], computed => masses.push(...computed.map(({place}) => maskedMass(lm.machine, place))), {
		score: true,
		mask,
	});
	for (const [i, mass] of masses.entries()) {
		const probabilities = softmax((await lm.prefill(ids.slice(0, i + 1))).logits);
		expect(mass).toBeCloseTo(
			chosen.reduce((sum, id) => sum + probabilities[id], 0),
			6,
		);
	}
});
