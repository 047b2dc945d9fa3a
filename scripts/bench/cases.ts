import type {BenchBrowser} from './browser.ts';
import {ENGINES, type EngineName, type Measured} from './contract.ts';

/** What one case gave in every repetition, the engines in turn. */
export interface Rounds {
	name: string;
	rounds: Record<EngineName, Measured>[];
}

interface Case {
	name: string;
	/** What is measured, on another part of the text in every round. */
	run(engine: EngineName, round: number): Promise<Measured>;
	/** At most so many repetitions. */
	atMost?: number;
	warmUp: boolean;
}

/** Steps timed in one repetition of decoding. */
const STEPS = 8;
const SCORED_TOKENS = 1000;
export const SCORING = `${SCORED_TOKENS.toLocaleString('en')} tokens scored`;
export const SCORING_BY_LOOPS = `${SCORING}, by loops`;
export const OPENING = 'open to first class';
/** No repetition may find anything of its prompt in a cache, so each starts elsewhere in the text. */
const STRIDE = 31;

/**
 * Measure all cases whose name contains `only` (and the opening, which they need).
 * @param ids a text of at least `SCORED_TOKENS + STRIDE * (repetitions + 1)` tokens.
 */
export async function measureCases(
	browser: BenchBrowser,
	ids: readonly number[],
	options: {threads: number; repetitions: number; only: string},
): Promise<Rounds[]> {
	const {threads, repetitions, only} = options;
	const part = (round: number, from: number, to: number) => ids.slice(round * STRIDE + from, round * STRIDE + to);
	const cases: Case[] = [
		{name: OPENING, atMost: 3, warmUp: false, run: engine => browser.open(engine, threads, part(0, 0, 8))},
	];
	for (const length of [32, 128, 512, 990]) {
		cases.push({
			name: `prefill of ${length}`,
			warmUp: true,
			run: (engine, round) => browser.ask(engine, {kind: 'prefill', ids: part(round, 0, length)}),
		});
		for (const [name, branches] of [['one token', 1] as const, ['four continuations', 4] as const]) {
			cases.push({
				name: `${name} at ${length}`,
				warmUp: true,
				run(engine, round) {
					const tokens = Array.from({length: branches}, (_, b) => part(round + b, length, length + STEPS));
					return browser.ask(engine, {kind: 'decode', prompt: part(round, 0, length), tokens});
				},
			});
		}
	}

	for (const [name, rows] of [[SCORING, 'library'] as const, [SCORING_BY_LOOPS, 'loops'] as const]) {
		cases.push({
			name,
			warmUp: true,
			run: (engine, round) => browser.ask(engine, {kind: 'score', ids: part(round, 0, SCORED_TOKENS), rows}),
		});
	}

	const measured: Rounds[] = [];
	for (const {name, run, warmUp, atMost = repetitions} of cases) {
		if (!name.includes(only) && name !== OPENING) continue;
		if (warmUp) for (const engine of ENGINES) await run(engine, repetitions);
		const rounds: Rounds['rounds'] = [];
		for (let round = 0; round < Math.min(repetitions, atMost); round++) {
			const results = {} as Record<EngineName, Measured>;
			// The one that went second goes first in the next round.
			for (const engine of round % 2 ? ENGINES.toReversed() : ENGINES) results[engine] = await run(engine, round);
			rounds.push(results);
		}

		measured.push({name, rounds});
	}

	return measured;
}
