import {SCORED_TOP_CLASSES} from '../../model/causal-lm.ts';
import type {GraphBuilder, Output, Value} from '../../onnx/graph-builder.ts';

/** Positions whose logits are in memory at once: few enough to stay near the cache, enough to feed the matrix product. */
const ROWS = 64;

/**
 * For the last t positions: the target's rank and log-probability, the log-sum-exp and entropy of the distribution, and its
 * most probable classes, so that a passage of t tokens ships t x 24 numbers to JavaScript and not t x V. Computed only when
 * there are targets, and a few rows after the other, so that t x V numbers never exist at all.
 * @param hidden [1, s, D]
 * @param targets [1, t] int64
 * @param head classifies [1, rows, D] into [1, rows, V].
 */
export function scorePositions(
	graph: GraphBuilder,
	hidden: Value,
	targets: Value,
	V: number,
	head: (g: GraphBuilder, x: Value) => Value,
): void {
	const t = graph.op('Shape', [targets], {start: 1, end: 2}); // (1)
	graph.when(graph.op('Greater', [t, graph.int64(0)]), g => {
		const rounds = g.op('Div', [g.op('Add', [t, g.int64(ROWS - 1)]), g.int64(ROWS)]);
		// The last round is filled up with rows of zeros, which are dropped again.
		const fill = g.op('Sub', [g.op('Mul', [rounds, g.int64(ROWS)]), t]);
		const filledUp = (x: Value) => g.op('Pad', [x, g.op('Concat', [g.int64(0), fill], {axis: 0}), '', g.int64(1)]);
		const wanted = filledUp(g.op('Slice', [hidden, g.op('Neg', [t]), g.int64(2 ** 31 - 1), g.int64(1)])); // (1, n ROWS, D)
		const classes = filledUp(targets); // (1, n ROWS)

		const named = (name: string) => `score.${name}`;
		const widths: Record<string, number> = {};
		const types: Record<string, Output['type']> = {};
		g.loop(rounds, (round, index) => {
			const start = round.op('Mul', [index, g.int64(ROWS)]); // (1)
			const end = round.op('Add', [start, g.int64(ROWS)]);
			const rows = (x: Value) => round.op('Slice', [x, start, end, g.int64(1)]);
			const scores = scoreRows(round, head(round, rows(wanted)), rows(classes), ROWS, V);
			for (const [name, {type, dims}] of Object.entries(scores)) {
				types[name] = type;
				widths[name] = dims[2] as number;
			}

			return Object.fromEntries(Object.entries(scores).map(([name, output]) => [named(name), output]));
		});

		// (n, 1, ROWS, k) as (1, t, k)
		return Object.fromEntries(
			Object.entries(widths).map(([name, k]) => {
				const joined = g.op('Reshape', [named(name), g.int64(1, -1, k)]);
				const value = g.op('Slice', [joined, g.int64(0), t, g.int64(1)]);
				return [name, {value, type: types[name], dims: [1, 't', k]}];
			}),
		);
	});
}

/**
 * Every pass over the logits costs as much as a tenth of the LM head, so there are few: everything but the rank comes from
 * the logits less the largest one of their row, which is also what keeps it exact.
 * @param logits [1, rows, V]
 * @param targets [1, rows]
 * @param rows their number, or its symbolic name.
 */
export function scoreRows(
	g: GraphBuilder,
	logits: Value,
	targets: Value,
	rows: number | string,
	V: number,
): Record<string, Output> {
	const last = g.int64(-1);
	const target = g.op('Unsqueeze', [targets, last]); // (1, rows, 1)
	const [topLogits, topIds] = g.ops('TopK', [logits, g.int64(SCORED_TOP_CLASSES)], ['row.top', 'row.ids'], {axis: -1});
	const first = (values: Value) => g.op('Slice', [values, g.int64(0), g.int64(1), last]); // (1, rows, 1)

	const shifted = g.op('Sub', [logits, first(topLogits)]); // (1, rows, V), at most 0
	const probabilities = g.op('Softmax', [shifted], {axis: -1}); // (1, rows, V)
	// The most probable class has exp(0) / Z.
	const logZ = g.op('Neg', [g.op('Log', [g.op('GatherElements', [probabilities, first(topIds)], {axis: 2})])]);
	const expected = g.op('MatMul', [
		g.op('Unsqueeze', [probabilities, g.int64(2)]), // (1, rows, 1, V)
		g.op('Unsqueeze', [shifted, g.int64(3)]), // (1, rows, V, 1)
	]);

	const float: Pick<Output, 'type' | 'dims'> = {type: 'float32', dims: [1, rows, 1]};
	const top = [1, rows, SCORED_TOP_CLASSES];
	return {
		log_sum_exp: {...float, value: g.op('Add', [first(topLogits), logZ])},
		target_log_prob: {...float, value: g.op('Sub', [g.op('GatherElements', [shifted, target], {axis: 2}), logZ])},
		entropy: {...float, value: g.op('Sub', [logZ, g.op('Squeeze', [expected, g.int64(3)])])},
		rank_before: {type: 'int32', dims: [1, rows, 1], value: rankBefore(g, logits, target, V)},
		top_logits: {type: 'float32', dims: top, value: topLogits},
		top_ids: {type: 'int64', dims: top, value: topIds},
	};
}

/** How many classes rank above the target: those that score higher, and equal ones with a lower id. (1, rows, 1) int32. */
function rankBefore(g: GraphBuilder, logits: Value, target: Value, V: number): Value {
	const targetLogit = g.op('GatherElements', [logits, target], {axis: 2}); // (1, rows, 1)
	const ids = g.weight('class_ids', 'int32', [V], new Uint8Array(Int32Array.from({length: V}, (_, id) => id).buffer));
	// The target as int32 and the truth as bytes, neither by a `Cast`: see `quantized-matmul.ts`.
	const lowerId = g.op('Less', [ids, g.op('Gather', [ids, target])]);
	const before = g.op('Or', [
		g.op('Greater', [logits, targetLogit]),
		g.op('And', [g.op('Equal', [logits, targetLogit]), lowerId]),
	]); // (1, rows, V)
	// A product of bytes counts them faster than a sum of int32 does, which would first make four times as many bytes of them.
	const ones = g.weight('ones', 'uint8', [V, 1], new Uint8Array(V).fill(1));
	return g.op('MatMulInteger', [g.op('Where', [before, g.uint8(1), g.uint8(0)]), ones]);
}
