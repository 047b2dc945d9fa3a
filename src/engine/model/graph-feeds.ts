import {SCORED_TOP_CLASSES, type WindowScores} from './causal-lm.ts';
import type {KvCache, kvOperations} from './kv-cache.ts';
import {type Feeds, float32, int64} from './tensors.ts';

/**
 * The inputs of the shared-prefix graph (`families/gpt2/graph.ts`).
 * @param tokens B rows of s new tokens.
 * @param prefix its length, where the session has it as an input that grows.
 * @param logitsFrom first of the s positions whose logits are wanted; s wants none.
 * @param targets what follows the last t positions, to be scored.
 * @param together how many queries attention takes at once: all of a prompt, one while a text is continued.
 */
export function graphFeeds(
	kv: ReturnType<typeof kvOperations>,
	tokens: readonly (readonly number[])[],
	prefix: KvCache | number,
	suffix: KvCache,
	logitsFrom: number,
	targets: readonly number[],
	together = tokens[0].length,
): Feeds {
	const B = tokens.length;
	const s = tokens[0].length;
	const past = (typeof prefix === 'number' ? prefix : prefix.length) + suffix.length;
	return {
		input_ids: int64(tokens.flat(), [B, s]),
		position_ids: int64(
			tokens.flatMap(row => row.map((_, i) => past + i)),
			[B, s],
		),
		bias: causalBias(s, past, together),
		logits_from: int64([logitsFrom], [1]),
		targets: int64(targets, [1, targets.length]),
		...(typeof prefix === 'number' ? {} : kv.feeds('prefix', prefix)),
		...kv.feeds('suffix', suffix),
	};
}

/**
 * [s / together, together, W]: position i of the chunk sees the past, itself and those before it. Why positions come
 * in groups, and the columns in sixteens: see `families/gpt2/graph.ts`.
 */
function causalBias(s: number, past: number, together: number) {
	const width = Math.ceil((past + s) / 16) * 16;
	const bias = new Float32Array(s * width);
	for (let i = 0; i < s; i++) bias.fill(-1e9, i * width + past + i + 1, (i + 1) * width);
	return float32(bias, [s / together, together, width]);
}

/** The outputs that the graph computes for the positions it scores. */
export const SCORES = {
	log_sum_exp: 'log_sum_exp',
	target_log_prob: 'target_log_prob',
	entropy: 'entropy',
	rank_before: 'rank_before',
	top_logits: 'top_logits',
	top_ids: 'top_ids',
} as const;

/** Scores as the graph returns them. @param names of its outputs. */
export function windowScores(outputs: Feeds, names: Record<keyof typeof SCORES, string>): WindowScores {
	const floats = (name: keyof typeof SCORES) => outputs[names[name]].data as Float32Array;
	const k = SCORED_TOP_CLASSES;
	const logSumExp = floats('log_sum_exp');
	return {
		rank: (outputs[names.rank_before].data as Int32Array).map(before => before + 1),
		logProb: floats('target_log_prob'),
		logSumExp,
		entropy: floats('entropy'),
		topIds: Int32Array.from(outputs[names.top_ids].data as BigInt64Array, Number),
		topLogProbs: floats('top_logits').map((logit, i) => logit - logSumExp[Math.floor(i / k)]),
		k,
	};
}
