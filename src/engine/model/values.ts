import {padded} from './forward.ts';
import type {Program, Value} from './program.ts';

/** Which values share a place: one is free again once its last reader has run. */
export interface ValuePlaces {
	/** Width of each place. */
	readonly widths: readonly number[];
	placeOf(value: Value): number;
}

/** Values of one width alone share a place, so that what fills it up stays zero. */
export function placeValues({instructions}: Pick<Program, 'instructions'>): ValuePlaces {
	const used = instructions.map(words =>
		words.flatMap(word => (typeof word === 'object' && 'value' in word ? [word.value] : [])),
	);
	const last = new Map<number, number>();
	for (const [i, values] of used.entries()) for (const {id} of values) last.set(id, i);
	const widths: number[] = [];
	const places = new Map<number, number>();
	const free = new Map<number, number[]>();
	for (const [i, values] of used.entries()) {
		for (const {id, width} of values) {
			if (places.has(id)) continue;
			places.set(id, free.get(width)?.pop() ?? widths.push(padded(width)) - 1);
		}

		for (const {id, width} of new Set(values)) {
			if (last.get(id) !== i) continue;
			const others = free.get(width) ?? [];
			if (!others.includes(places.get(id)!)) others.push(places.get(id)!);
			free.set(width, others);
		}
	}

	return {widths, placeOf: ({id}) => places.get(id)!};
}
