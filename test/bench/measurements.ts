import type {Case} from './cases.ts';
import {CONTENDERS, type ContenderName, type HostName, type Measured} from './contract.ts';
import type {Host} from './host.ts';
import type {Passages} from './prompts.ts';
import {median, ratioOf} from './statistics.ts';

/** One time of one contender in one round. */
interface Sample {
	ms: number;
	heapBytes: number | null;
	answer: number | null;
}

/** Samples by what was measured and by contender, in the order of the rounds. */
export class Measurements {
	readonly #samples = new Map<string, Map<ContenderName, Sample[]>>();

	add(title: string, contender: ContenderName, measured: Measured, ms: number): void {
		const byContender = this.#samples.get(title) ?? new Map<ContenderName, Sample[]>();
		this.#samples.set(title, byContender);
		const {heapBytes, answer} = measured;
		byContender.set(contender, [...(byContender.get(contender) ?? []), {ms, heapBytes, answer}]);
	}

	/** What was measured, in the order in which it was. */
	get titles(): string[] {
		return [...this.#samples.keys()];
	}

	/** The median of a contender's times, in milliseconds; null where it has none. */
	ms(title: string, contender: ContenderName): number | null {
		const samples = this.#of(title, contender);
		return samples.length > 0 ? median(samples.map(({ms}) => ms)) : null;
	}

	/** How many times as long `theirs` takes as `ours`: the median over the rounds; null where one has no time. */
	ratio(title: string, ours: ContenderName, theirs: ContenderName): number | null {
		const [own, other] = [ours, theirs].map(contender => this.#of(title, contender).map(({ms}) => ms));
		return ratioOf(own, other);
	}

	/** The last that was seen of a contender here. */
	last(title: string, contender: ContenderName): Sample | null {
		return this.#of(title, contender).at(-1) ?? null;
	}

	toJSON(): unknown {
		return Object.fromEntries(
			[...this.#samples].map(([title, byContender]) => [title, Object.fromEntries(byContender)] as const),
		);
	}

	#of(title: string, contender: ContenderName): readonly Sample[] {
		return this.#samples.get(title)?.get(contender) ?? [];
	}
}

/** Nobody repeats a piece of work that has taken so long in all: the run must come to an end. */
const LONG_ENOUGH_MS = 5000;

/**
 * Measure cases, everyone in turn in every round, so that what else the machine does falls on all of them.
 * @param hosts opened and warmed up.
 */
export async function measureCases(
	cases: readonly Case[],
	hosts: ReadonlyMap<HostName, Host>,
	passages: Passages,
	measurements: Measurements,
	{rounds, wanted, say}: {rounds: number; wanted(contender: ContenderName): boolean; say(line: string): void},
): Promise<void> {
	for (const {quantities, contenders, prepare} of cases) {
		const spent = new Map<ContenderName, number>();
		const present = contenders.filter(name => hosts.has(CONTENDERS[name].host) && wanted(name));
		for (let round = 0; round < rounds; round++) {
			const task = prepare(passages);
			// Whoever went last goes first in the next round.
			for (const contender of round % 2 ? present.toReversed() : present) {
				const used = spent.get(contender) ?? 0;
				if (used > LONG_ENOUGH_MS) continue;
				const start = performance.now();
				const measured = await hosts.get(CONTENDERS[contender].host)!.ask(task(contender));
				spent.set(contender, used + performance.now() - start);
				for (const {title, time} of quantities) {
					const ms = measured.times[time];
					if (ms !== undefined) measurements.add(title, contender, measured, ms);
				}
			}
		}

		for (const {title} of quantities) {
			const shown = present.map(contender => `${contender} ${measurements.ms(title, contender)?.toFixed(1)}`);
			say(`  ${title}: ${shown.join(', ')} ms`);
		}
	}
}
