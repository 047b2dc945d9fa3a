import {expect, test} from 'vitest';
import {readModelFiles} from '../../../../src/engine/checkpoint/model-files.ts';
import {openSafetensors} from '../../../../src/engine/checkpoint/safetensors.ts';
import {makeCheckpoint, readFrom} from '../../../helpers/checkpoint.ts';
import {openModel} from '../../../helpers/open-model.ts';

const OVERFLOWING = 7;
const WIDTH = 32;

/** A checkpoint of finite weights, with a token whose numbers overflow in the first norm. */
function checkpoint() {
	const files = makeCheckpoint({contextLength: 100, layers: 2, width: WIDTH, vocabSize: 300, untied: true});
	const embedding = openSafetensors(files['model.safetensors']).bytes('wte.weight');
	const values = new DataView(embedding.buffer, embedding.byteOffset, embedding.byteLength);
	for (let i = 0; i < WIDTH; i++) values.setFloat32(4 * (OVERFLOWING * WIDTH + i), i % 2 ? 3e38 : -1e38, true);
	return files;
}

test.each(['int8', 'fp32'] as const)(
	'a text whose numbers overflow leaves none of them to another that begins as it does, with %s weights',
	async dtype => {
		const files = await readModelFiles(readFrom(checkpoint()));
		const beginning = Array.from({length: 18}, (_, i) => 10 + i);
		const text = [...beginning, 100, 101, 102];
		const {lm: fresh} = await openModel(files, {dtype});
		const alone = (await fresh.prefill(text)).logits;
		expect(alone.every(Number.isFinite)).toBe(true);

		const {lm} = await openModel(files, {dtype});
		const overflowed = await lm.prefill([...beginning, ...Array(8).fill(OVERFLOWING)]);
		expect(overflowed.logits.every(Number.isNaN)).toBe(true);
		expect((await lm.prefill(text)).logits).toEqual(alone);
		await Promise.all([fresh.dispose(), lm.dispose()]);
	},
);
