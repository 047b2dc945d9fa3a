import {titles} from './cases.ts';
import type {ContenderName} from './contract.ts';
import {type Aim, megabytes, times} from './report.ts';
import type {WeightsResult} from './weights-part.ts';

/** What a token cannot be faster than: all weights and the cache of the positions before it, read once. */
export const boundMs = ({bound}: WeightsResult, positions: number): number =>
	((bound.bytes + positions * bound.bytesPerPosition) / bound.bytesPerSecond) * 1000;

/** What is aimed at with GPT-2 small's shape, and, where it opens and starts, with the bundled model too. */
export function aimsOf(result: WeightsResult): Aim[] {
	const {name, measurements, sizes, firstSeconds} = result;
	const {rightAfterMs, steadyMs} = firstSeconds.ours ?? {};
	const faster = (id: string, row: string, than: ContenderName, least: number, says: string): Aim => {
		const ratio = measurements.ratio(row, 'ours', than);
		return aim(
			`${name}-${id}`,
			`${says} at least ${least} times as fast as ${SAID[than]}`,
			ratio,
			ratio => ratio >= least,
		);
	};
	const of = name === 'mini' ? 'the bundled model' : 'GPT-2 small’s size';
	const both = [
		faster('aim-open', titles.open, 'generate', 5, `opening ${of} from the stored form is`),
		aim(
			`${name}-aim-seconds`,
			`a token right after opening ${of} takes at most 1.15 times as long as a steady one`,
			rightAfterMs && steadyMs ? rightAfterMs / steadyMs : null,
			ratio => ratio <= 1.15,
		),
		aim(
			`${name}-aim-same`,
			`a prompt of ${of} and the same tokens appended one by one give the same logits, bit for bit (the largest difference)`,
			result.largestLogitDifference,
			difference => difference === 0,
			String,
		),
	];
	if (name === 'mini') return both;

	const {after, scored} = sizes;
	const token = measurements.ms(titles.token(after), 'ours');
	return [
		...both,
		faster('aim-token', titles.token(after), 'generate', 8, 'a token at 512 of context is'),
		aim(
			`${name}-aim-bound`,
			'a token at 512 of context takes at most twice as long as its weights and its cache take to be read once',
			token && token / boundMs(result, after),
			ratio => ratio <= 2,
		),
		faster('aim-four', titles.step(4), 'generate', 10, 'a step of four continuations is'),
		faster('aim-prefill', titles.prefill(after), 'generate', 1.4, 'prefill of 512 is'),
		faster('aim-score', titles.score(scored), 'library', 1.6, 'scoring 1,000 tokens is'),
		aim(
			`${name}-aim-memory`,
			'the renderer takes less than 350 MB in the whole run',
			result.peakBytes.ours ?? null,
			bytes => bytes < 350e6,
			megabytes,
		),
	];
}

const SAID: Partial<Record<ContenderName, string>> = {
	generate: 'transformers.js',
	library: 'transformers.js with its `log_softmax`',
};

const aim = (
	id: string,
	says: string,
	value: number | null,
	isMet: (value: number) => boolean,
	shown: (value: number) => string = times,
): Aim => ({
	id,
	says,
	measured: value === null ? '–' : shown(value),
	met: value === null ? null : isMet(value),
});
