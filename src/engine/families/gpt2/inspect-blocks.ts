import type {GraphBuilder, Output, Value} from '../../onnx/graph-builder.ts';
import {scoreRows} from './score-positions.ts';

/** The outputs of the logit lens for each block and position, in the shapes of `scoreRows`. */
export const LENS = {
	log_sum_exp: 'lens.log_sum_exp',
	target_log_prob: 'lens.target_log_prob',
	entropy: 'lens.entropy',
	rank_before: 'lens.rank_before',
	top_logits: 'lens.top_logits',
	top_ids: 'lens.top_ids',
} as const;

/**
 * For r positions of the chunk: the residual stream before the first block and after every one, and the logit lens on each
 * (nostalgebraist 2020, "interpreting GPT: the logit lens"), that is, what the final layer norm and the head would already
 * make of it. Adds the inputs `rows` [r], positions within the chunk, and `row_targets` [1, r], the class whose rank
 * and log-probability are followed; the outputs `residuals` [L + 1, r, D] and `lens.*` [L + 1, 1, r, k].
 * @param residuals L + 1 values [1, s, D].
 * @param classify the final layer norm and the head: [1, r, D] to [1, r, V].
 */
export function inspectBlocks(
	graph: GraphBuilder,
	residuals: readonly Value[],
	D: number,
	V: number,
	classify: (g: GraphBuilder, x: Value) => Value,
): void {
	const rows = graph.input('rows', 'int64', ['r']);
	const targets = graph.input('row_targets', 'int64', [1, 'r']);
	const wanted = residuals.map(x => graph.op('Gather', [x, rows], {axis: 1})); // (1, r, D)
	const stacked = graph.op('Concat', wanted, {axis: 0}, 'residuals'); // (L + 1, r, D)
	graph.output(stacked, 'float32', [residuals.length, 'r', D]);

	// One block after the other: r x V logits are in memory, not (L + 1) x r x V.
	graph.when(graph.op('Greater', [graph.op('Shape', [rows]), graph.int64(0)]), g => {
		const outputs: Record<string, Output> = {};
		g.loop(g.int64(residuals.length), (round, index) => {
			const block = round.op('Gather', [stacked, round.op('Unsqueeze', [index, round.int64(0)])]); // (1, r, D)
			const scores = scoreRows(round, classify(round, block), targets, 'r', V);
			return Object.fromEntries(
				Object.entries(scores).map(([name, output]) => {
					const value = `block.${name}`;
					outputs[LENS[name as keyof typeof LENS]] = {...output, value, dims: [residuals.length, ...output.dims]};
					return [value, output];
				}),
			);
		});
		return outputs;
	});
}
