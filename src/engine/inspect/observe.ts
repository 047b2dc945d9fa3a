import type {RunOptions} from '../model/causal-lm.ts';
import type {KernelModel} from '../model/kernel-model.ts';
import type {Text} from '../model/reader.ts';
import {Copies} from './copies.ts';

/**
 * Read a whole text, and see the values at some places of the program at every position.
 * @param places instructions of the program.
 * @param see gets what lies there, a value for each place, filled up; it is overwritten by the next run.
 * @returns the logits after the last position, [V].
 */
export async function observe(
	lm: KernelModel,
	ids: readonly number[],
	places: readonly number[],
	see: (position: number, values: readonly Float32Array[]) => void,
	options: Pick<RunOptions, 'signal' | 'onProgress' | 'beforeRun'> = {},
): Promise<Float32Array> {
	const {machine, reader} = lm;
	const copies = new Copies(machine, places);
	const last = ids.length - 1;
	// From the first position on, whatever is known of them.
	const text: Text = {ids: [...ids], next: 0, wanted: position => (position === last ? 'logits' : 'nothing')};
	let logits = new Float32Array();
	const runs = reader.runs(
		[text],
		(computed, done, from) => {
			for (let position = from; position < done; position++) {
				see(
					position,
					places.map((_, i) => copies.row(i, position - from)),
				);
			}
			for (const {place} of computed) logits = machine.logits(place).slice();
			return done;
		},
		{signal: options.signal, beforeRun: options.beforeRun, change: copies},
	);
	for await (const done of runs) options.onProgress?.(done, ids.length);
	return logits;
}
