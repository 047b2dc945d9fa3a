import type {Branches, CausalLM, Prefix} from '../model/causal-lm.ts';
import {sharedLength} from '../model/shared-length.ts';
import {type Row, rowAt} from './continuation.ts';

/** Reads one continuation, of which tokens may be taken back, and keeps the model's cache in step with it. */
export interface Reader {
	/** How often the model has run. */
	readonly calls: number;
	/**
	 * Logits of the class after each of the last `rows` prefixes of the continuation: the last one belongs to the class
	 * after all of `ids`. Only tokens that were not read before are read; tokens read before that are no longer there
	 * are taken back.
	 */
	logitsAfter(ids: readonly number[], rows: number): Promise<Row[]>;
}

/** A reader that has read the prompt and nothing after it. */
export function createReader(model: CausalLM, prefix: Prefix, signal?: AbortSignal): Reader {
	let branches: Branches | null = null;
	let read: readonly number[] = [];
	let calls = 0;

	return {
		get calls() {
			return calls;
		},
		async logitsAfter(ids, rows) {
			// The oldest wanted logits come from reading the token before them.
			const known = Math.min(sharedLength(read, ids), Math.max(0, ids.length - rows));
			if (branches && known < read.length) branches = known > 0 ? model.truncate(branches, known) : null;
			read = ids.slice(0, known);
			const fresh = ids.slice(known);
			if (fresh.length === 0) return [prefix];
			const step = await model.extend(prefix, branches, [fresh], {
				rows: rows > 1 ? 'all' : 'last',
				signal,
			});
			calls++;
			branches = step.branches;
			read = ids;
			// The step's last row belongs to all of `ids`; what follows none of them is the prompt's.
			return Array.from({length: rows}, (_, i) => {
				const row = step.rows - rows + i;
				return row < 0 ? prefix : rowAt(step, row, model.config.vocabSize);
			});
		},
	};
}
