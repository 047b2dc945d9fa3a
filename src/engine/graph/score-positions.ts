import {SCORED_TOP_CLASSES} from '../causal-lm.ts';
import {ElementType, type GraphBuilder, type Output, type Value} from './graph-builder.ts';

/**
 * For every position: the target's rank and log-probability, the log-sum-exp and entropy of the distribution, and its most
 * probable classes, so that a passage of t tokens ships t x 24 numbers to JavaScript and not t x V. Computed only when
 * there are targets.
 *
 * Every pass over [B, t, V] costs as much as a tenth of the LM head, so there are few: everything but the rank comes from
 * the logits less the largest one of their row, which is also what keeps it exact.
 * @param logits [B, t, V]
 * @param targets [B, t] int64, or [B, 0]
 */
export function scorePositions(graph: GraphBuilder, logits: Value, targets: Value, V: number): void {
	const t = graph.op('Shape', [targets], {start: 1, end: 2});
	graph.when(graph.op('Greater', [t, graph.int64(0)]), g => {
		const last = g.int64(-1);
		const target = g.op('Unsqueeze', [targets, last]); // (B, t, 1)
		const [topLogits, topIds] = g.ops('TopK', [logits, g.int64(SCORED_TOP_CLASSES)], ['score.top', 'score.ids'], {
			axis: -1,
		});
		const first = (values: Value) => g.op('Slice', [values, g.int64(0), g.int64(1), last]); // (B, t, 1)

		const shifted = g.op('Sub', [logits, first(topLogits)]); // (B, t, V), at most 0
		const probabilities = g.op('Softmax', [shifted], {axis: -1}); // (B, t, V)
		// The most probable class has exp(0) / Z.
		const logZ = g.op('Neg', [g.op('Log', [g.op('GatherElements', [probabilities, first(topIds)], {axis: 2})])]);
		const expected = g.op('MatMul', [
			g.op('Unsqueeze', [probabilities, g.int64(2)]), // (B, t, 1, V)
			g.op('Unsqueeze', [shifted, g.int64(3)]), // (B, t, V, 1)
		]);

		const float: Pick<Output, 'type' | 'dims'> = {type: 'float32', dims: ['B', 't', 1]};
		const top = ['B', 't', SCORED_TOP_CLASSES];
		return {
			log_sum_exp: {...float, value: g.op('Add', [first(topLogits), logZ])},
			target_log_prob: {...float, value: g.op('Sub', [g.op('GatherElements', [shifted, target], {axis: 2}), logZ])},
			entropy: {...float, value: g.op('Sub', [logZ, g.op('Squeeze', [expected, g.int64(3)])])},
			rank_before: {type: 'int32', dims: ['B', 't', 1], value: rankBefore(g, logits, target, V)},
			top_logits: {type: 'float32', dims: top, value: topLogits},
			top_ids: {type: 'int64', dims: top, value: topIds},
		};
	});
}

/** How many classes stand before the target: those that score higher, and equal ones with a lower id. (B, t, 1) int32. */
function rankBefore(g: GraphBuilder, logits: Value, target: Value, V: number): Value {
	const targetLogit = g.op('GatherElements', [logits, target], {axis: 2}); // (B, t, 1)
	const ids = g.weight('class_ids', 'int32', [V], new Uint8Array(Int32Array.from({length: V}, (_, id) => id).buffer));
	const lowerId = g.op('Less', [ids, g.op('Cast', [target], {to: ElementType.int32})]);
	const before = g.op('Or', [
		g.op('Greater', [logits, targetLogit]),
		g.op('And', [g.op('Equal', [logits, targetLogit]), lowerId]),
	]); // (B, t, V)
	// A product of bytes counts them faster than a sum of int32 does, which would first make four times as many bytes of them.
	const ones = g.weight('ones', 'uint8', [V, 1], new Uint8Array(V).fill(1));
	return g.op('MatMulInteger', [g.op('Cast', [before], {to: ElementType.uint8}), ones]);
}
