import {EngineError} from '../engine/errors/engine-error.ts';
import {refuse} from '../engine/errors/refusal.ts';
import type {CausalLM} from '../engine/model/causal-lm.ts';

/** Whether every row of logits, [n, V], makes a distribution: none is NaN or +Infinity, and one at least is finite. */
function areUsable(logits: Float32Array, vocabSize: number): boolean {
	for (let row = 0; row < logits.length; row += vocabSize) {
		let largest = Number.NEGATIVE_INFINITY;
		for (let i = row; i < row + vocabSize; i++) {
			// False of NaN too.
			if (!(logits[i] < Number.POSITIVE_INFINITY)) return false;
			if (logits[i] > largest) largest = logits[i];
		}
		if (largest === Number.NEGATIVE_INFINITY) return false;
	}
	return true;
}

/** The model, which says so where its logits make no distribution: no figure is computed from them. */
export function withFiniteLogits(lm: CausalLM): CausalLM {
	function check<T extends {readonly logits: Float32Array}>(computed: T): T {
		if (areUsable(computed.logits, lm.config.vocabSize)) return computed;
		throw noDistribution();
	}
	return {
		config: lm.config,
		abilities: lm.abilities,
		prefill: async (ids, options) => check(await lm.prefill(ids, options)),
		extend: async (prefix, branches, tokens, options) => check(await lm.extend(prefix, branches, tokens, options)),
		select: (branches, rows) => lm.select(branches, rows),
		truncate: (branches, length) => lm.truncate(branches, length),
		async *scoreWindow(ids, from, options) {
			for await (const scores of lm.scoreWindow(ids, from, options)) {
				if (!scores.logSumExp.every(Number.isFinite)) throw noDistribution();
				yield scores;
			}
		},
		headRows: (ids, options) => lm.headRows(ids, options),
		dispose: () => lm.dispose(),
	};
}

const noDistribution = () => new EngineError('bad-model', refuse('logits-not-finite'));

/** @throws EngineError `bad-model` where the logits after a model's first token make no distribution. */
export async function checkFirstLogits(lm: CausalLM): Promise<void> {
	const {logits} = await lm.prefill([lm.config.bosTokenId ?? 0]);
	if (!areUsable(logits, lm.config.vocabSize)) throw new EngineError('bad-model', refuse('logits-overflow'));
}
