import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createReader} from '../../../../src/engine/generation/reader.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';
import {PROMPT} from './helpers.ts';

/** Texts that follow each other as drafts do: mostly the same beginning, then something else. */
const texts = fc.array(fc.array(fc.nat(2), {maxLength: 6}), {minLength: 1, maxLength: 8});

test('gives the logits after each of the last prefixes, whatever was read before', async () => {
	await fc.assert(
		fc.asyncProperty(texts, fc.infiniteStream(fc.nat(9)), async (requests, choices) => {
			const model = syntheticModel({vocabSize: 3, eosTokenId: 99});
			const reader = createReader(model, await model.prefill(PROMPT));
			for (const ids of requests) {
				const rows = 1 + (choices.next().value % (ids.length + 1));
				const found = await reader.logitsAfter(ids, rows);
				const prefixes = Array.from({length: rows}, (_, i) => ids.slice(0, ids.length - rows + 1 + i));
				expect(found.map(({logits}) => logits)).toEqual(
					prefixes.map(prefix => model.logitsAfter([...PROMPT, ...prefix])),
				);
			}
		}),
	);
});

test('reads only tokens that are new or whose logits are asked for, and counts its runs', async () => {
	const model = syntheticModel({vocabSize: 8, eosTokenId: 99});
	const reader = createReader(model, await model.prefill(PROMPT));
	const runs = async (ids: number[], rows: number) => {
		model.calls.length = 0;
		await reader.logitsAfter(ids, rows);
		return model.calls.map(call =>
			call.method === 'extend' ? `${call.cached}+${call.tokens[0]} ${call.rows}` : call.method,
		);
	};
	expect(await runs([], 1)).toEqual([]);
	expect(reader.calls).toBe(0);
	expect(await runs([1, 2, 3], 4)).toEqual(['0+1,2,3 all']);
	// The last one alone needs no logits of the others.
	expect(await runs([1, 2, 3, 4], 1)).toEqual(['3+4 last']);
	expect(await runs([1, 2, 5], 1)).toEqual(['truncate', '2+5 last']);
	expect(await runs([1, 2, 5], 2)).toEqual(['truncate', '1+2,5 all']);
	expect(await runs([6], 1)).toEqual(['0+6 last']);
	expect(reader.calls).toBe(5);
});
