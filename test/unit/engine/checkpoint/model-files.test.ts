import {expect, test} from 'vitest';
import {readModelFiles} from '../../../../src/engine/checkpoint/model-files.ts';

/** Files that are not there, found out about after so many tasks each. */
const missing = (delays: Record<string, number>) => async (name: string) => {
	for (let i = 0; i < (delays[name] ?? 0); i++) await new Promise(resolve => setImmediate(resolve));
	throw new Error(`${name} cannot be read.`);
};

test.each<Record<string, number>>([{}, {'config.json': 20}, {'config.json': 20, 'tokenizer.json': 10}])(
	'of several files that are missing config.json is named, whichever is found out about first: %j',
	async delays => {
		await expect(readModelFiles(missing(delays))).rejects.toThrow('config.json cannot be read.');
	},
);
