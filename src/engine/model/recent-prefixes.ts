import type {Prefix} from './causal-lm.ts';
import {sharedLength} from './shared-length.ts';

/** Their logits take memory too, however short the prompts are. */
const MAX_PREFIXES = 8;

/** Prompts that were read lately, as many as hold no more than `maxPositions` together. */
export class RecentPrefixes<P extends Prefix> {
	/** Most recently used first. */
	#prefixes: readonly P[] = [];

	constructor(private readonly maxPositions: number) {}

	/**
	 * The prefix that has most of its beginning in common with `ids`, and how many positions of it can be used.
	 * @param hidden whether its hidden states are needed too.
	 */
	longest(ids: readonly number[], hidden: boolean): {prefix: P | null; shared: number} {
		let best: {prefix: P | null; shared: number} = {prefix: null, shared: 0};
		for (const prefix of this.#prefixes) {
			if (hidden && !prefix.hidden) continue;
			let shared = sharedLength(ids, prefix.ids);
			// A longer known prompt has no logits for its inner positions.
			if (shared === ids.length && prefix.ids.length > shared) shared--;
			if (shared > best.shared) best = {prefix, shared};
		}

		return best;
	}

	/** Keep a prefix as the one used last; the ones used longest ago go. */
	remember(prefix: P): P {
		const newestFirst = [prefix, ...this.#prefixes.filter(other => other !== prefix)].slice(0, MAX_PREFIXES);
		let positions = 0;
		this.#prefixes = newestFirst.filter((other, age) => {
			positions += other.ids.length;
			return age === 0 || positions <= this.maxPositions;
		});
		return prefix;
	}

	clear(): void {
		this.#prefixes = [];
	}
}
