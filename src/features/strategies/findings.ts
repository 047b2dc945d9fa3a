import {list, t, tn} from '../../client/browser/i18n.ts';
import type {GeneratedToken} from '../../protocol/questions/generate.ts';
import {count, decimal, percent} from '../../ui/format.ts';
import {isolate, visibleToken} from '../../ui/tokens/token-text.ts';
import {countBeyond, loopOf, metricsOf} from './metrics.ts';

/** A continuation under the name of the strategy that generated it. */
interface Result {
	readonly name: string;
	readonly tokens: readonly GeneratedToken[];
}

/** Findings about two or more strategies, computed from their results: sentences, in the order in which they are best read. */
export function findingsOf(results: readonly Result[]): string[] {
	const measured = results.filter(({tokens}) => tokens.length > 0).map(measure);
	if (measured.length < 2) return [];
	const findings: string[] = [];

	const loops = measured.flatMap(({name, loop}) => (loop ? [{name, ...loop}] : []));
	const repeats = best(measured, ({repetition}) => repetition ?? 0);
	if (loops.length > 0) {
		const {name, period, times} = best(loops, ({period, times}) => period * times);
		findings.push(t('strategies_finding_loop', {name, tokens: tn('strategies_tokens', period), times: count(times)}));
	} else if (repeats.repetition) {
		findings.push(t('strategies_finding_repeats', {name: repeats.name, repetition: percent(repeats.repetition)}));
	}

	const likeliest = best(measured, ({mean}) => mean);
	const wanders = best(measured, ({mean}) => -mean);
	if (likeliest.mean > wanders.mean) findings.push(likeliestText(likeliest), wandersText(wanders));

	for (const text of new Set(measured.map(({text}) => text))) {
		const names = measured.filter(one => one.text === text).map(({name}) => name);
		if (names.length > 1) findings.push(t('strategies_finding_same', {names: list(names)}));
	}
	return findings;
}

type Measured = ReturnType<typeof measure>;

function measure({name, tokens}: Result) {
	const {logProbPerToken, repetition} = metricsOf(tokens);
	const ids = tokens.map(({id}) => id);
	return {name, tokens, text: ids.join(), mean: logProbPerToken!, repetition, loop: loopOf(ids)};
}

/** The highest log-probability per token, and how many of the tokens the model ranked in its first ten. */
function likeliestText({name, tokens, mean}: Measured): string {
	const top10 = tokens.length - countBeyond(tokens, 10);
	const bland = top10 / tokens.length >= 0.9;
	return t(bland ? 'strategies_finding_likeliest_bland' : 'strategies_finding_likeliest', {
		name,
		mean: decimal(mean),
		first: count(top10),
		tokens: tn('strategies_tokens', tokens.length),
	});
}

/** The lowest, how many of the tokens the model ranked below 100, and the lowest-ranked one. */
function wandersText({name, tokens, mean}: Measured): string {
	const beyond100 = countBeyond(tokens, 100);
	const worst = best(tokens, ({rank}) => rank);
	return t(beyond100 > 0 ? 'strategies_finding_wanders' : 'strategies_finding_strays', {
		name,
		mean: decimal(mean),
		beyond: count(beyond100),
		tokens: tn('strategies_tokens', tokens.length),
		worst: isolate(visibleToken(worst)),
		rank: count(worst.rank),
	});
}

/** The first of those with the highest value. */
const best = <T>(items: readonly T[], value: (item: T) => number) =>
	items.reduce((first, item) => (value(item) > value(first) ? item : first));
