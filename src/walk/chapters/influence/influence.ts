import type {OccludedPart} from '../../../protocol/engine.ts';

/** What a part did: how much lower the class's log-probability (or its lead over the other class) is without it, in nats. */
export function influenceOf(part: OccludedPart, whole: {chosen: number; against: number | null}): number {
	const own = whole.chosen - part.chosen;
	return whole.against === null || part.against === null ? own : own - (whole.against - part.against);
}
