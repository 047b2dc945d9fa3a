import type {GeneratedToken} from '../../../protocol/engine.ts';
import {countBeyond, type Loop, loopOf, metricsOf} from './metrics.ts';

/** A continuation under the name of the strategy that generated it. */
export interface Result {
	readonly name: string;
	readonly tokens: readonly GeneratedToken[];
}

/** A finding about strategies, computed from their results; the view puts each into a sentence. */
export type Finding =
	/** Ends in a phrase that is repeated at least three times in a row. */
	| {kind: 'loop'; name: string; loop: Loop}
	/** Has the largest share of 4-grams that occurred before. */
	| {kind: 'repeats'; name: string; repetition: number}
	/** Has the highest log-probability per token; `top10`: how many of its tokens the model ranked in its first ten. */
	| {kind: 'likeliest'; name: string; logProbPerToken: number; top10: number; tokens: number}
	/** Has the lowest; `beyond100`: how many of its tokens the model ranked below 100; `worst`: its lowest-ranked token. */
	| {
			kind: 'wanders';
			name: string;
			logProbPerToken: number;
			beyond100: number;
			tokens: number;
			worst: GeneratedToken;
	  }
	/** Wrote the same tokens. */
	| {kind: 'same'; names: readonly string[]};

/** Findings about two or more results, in the order in which they are best read. */
export function findingsOf(results: readonly Result[]): Finding[] {
	const measured = results
		.filter(({tokens}) => tokens.length > 0)
		.map(({name, tokens}) => ({name, tokens, ...figures(tokens)}));
	if (measured.length < 2) return [];
	const findings: Finding[] = [];

	const loops = measured.flatMap(({name, loop}) => (loop ? [{kind: 'loop' as const, name, loop}] : []));
	const repeats = best(measured, ({repetition}) => repetition ?? 0);
	if (loops.length > 0) findings.push(best(loops, ({loop}) => loop.period * loop.times));
	else if (repeats.repetition) {
		findings.push({kind: 'repeats', name: repeats.name, repetition: repeats.repetition});
	}

	const likeliest = best(measured, ({mean}) => mean);
	const wanders = best(measured, ({mean}) => -mean);
	if (likeliest.mean > wanders.mean) {
		const {tokens: likely} = likeliest;
		findings.push({
			kind: 'likeliest',
			name: likeliest.name,
			logProbPerToken: likeliest.mean,
			top10: likely.length - countBeyond(likely, 10),
			tokens: likely.length,
		});
		findings.push({
			kind: 'wanders',
			name: wanders.name,
			logProbPerToken: wanders.mean,
			beyond100: countBeyond(wanders.tokens, 100),
			tokens: wanders.tokens.length,
			worst: best(wanders.tokens, ({rank}) => rank),
		});
	}

	const byText = new Map<string, string[]>();
	for (const {name, tokens} of measured) {
		const ids = tokens.map(token => token.id).join();
		byText.set(ids, [...(byText.get(ids) ?? []), name]);
	}
	for (const names of byText.values()) if (names.length > 1) findings.push({kind: 'same', names});
	return findings;
}

function figures(tokens: readonly GeneratedToken[]) {
	const {logProbPerToken, repetition} = metricsOf(tokens, null);
	return {mean: logProbPerToken!, repetition, loop: loopOf(tokens.map(token => token.id))};
}

/** The first of those with the highest value. */
const best = <T>(items: readonly T[], value: (item: T) => number) =>
	items.reduce((first, item) => (value(item) > value(first) ? item : first));
