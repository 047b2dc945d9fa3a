import {appendToLines, type GrowingInputs, type Growth, linesOf} from '../../src/engine/model/growing.ts';
import type {Session} from '../../src/engine/model/ort-session.ts';
import {type Feeds, float32} from '../../src/engine/model/tensors.ts';

/** Inputs that grow in JavaScript. */
interface Growing extends GrowingInputs {
	readonly room: number;
	inputs: Feeds;
}

/** A session over a runtime that keeps nothing from run to run: what grows is kept in JavaScript, and handed over at every run. */
export function growingSession({
	run,
	dispose,
}: {
	run(feeds: Feeds, outputs: readonly string[], signal?: AbortSignal): Promise<Feeds>;
	dispose(): Promise<void>;
}): Session {
	return {
		async run(feeds, outputs, signal, growing) {
			const inputs = growing && (growing as Growing).inputs;
			const all = await run({...feeds, ...inputs}, outputs, signal);
			if (!inputs) return all;
			const {growth, room} = growing as Growing;
			const fetched = {...all};
			for (const {input, output, axis} of growth) {
				if (!(output in all)) continue;
				inputs[input] = joined(inputs[input], all[output], axis, room);
				delete fetched[output];
			}
			return fetched;
		},
		grow: (growth: readonly Growth[], begin: Feeds, room: number): Growing => ({growth, inputs: {...begin}, room}),
		take: growing => (growing as Growing).inputs,
		free(growing) {
			(growing as Growing).inputs = {};
		},
		discard: () => {},
		dispose,
	};
}

function joined(a: Feeds[string], b: Feeds[string], axis: number, room: number): Feeds[string] {
	const length = a.dims[axis] + b.dims[axis];
	if (length > room) throw new Error(`There is room for ${room} positions, not for ${length}.`);
	const {lines, unit} = linesOf(a.dims, axis);
	const data = new Float32Array(lines * unit * length);
	data.set(a.data as Float32Array);
	appendToLines(data, lines, unit * a.dims[axis], b.data as Float32Array);
	return float32(
		data,
		a.dims.map((size, i) => (i === axis ? length : size)),
	);
}
