import {titles} from './cases.ts';
import type {ContenderName} from './contract.ts';
import {type Aim, megabytes, percent, times} from './report.ts';
import type {WeightsResult} from './weights-part.ts';

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
		faster('aim-open', titles.open, 'generate', 2, `opening ${of} from the stored form is`),
		aim(
			`${name}-aim-seconds`,
			`a token right after opening ${of} takes at most 1.3 times as long as a steady one`,
			rightAfterMs && steadyMs ? rightAfterMs / steadyMs : null,
			ratio => ratio <= 1.3,
		),
	];
	if (name === 'mini') return both;

	const {after, lengths, scored} = sizes;
	const ms = (row: string) => measurements.ms(row, 'ours');
	const [shortest, longest] = [lengths[0], lengths.at(-1)!].map(length => ms(titles.token(length)));
	const [score, scoreLibrary] = (['ours', 'library'] as const).map(who => measurements.last(titles.score(scored), who));
	const slower = measurements.ratio(titles.token(after), 'native', 'ours');
	return [
		...both,
		faster('aim-token', titles.token(after), 'generate', 2.5, 'a token at 512 of context is'),
		faster('aim-four', titles.step(4), 'generate', 5, 'a step of four continuations is'),
		faster('aim-prefill', titles.prefill(after), 'generate', 1.6, 'prefill of 512 is'),
		faster('aim-score', titles.score(scored), 'library', 1.6, 'scoring 1,000 tokens is'),
		aim(
			`${name}-aim-long`,
			'a token at 990 of context takes at most 1.35 times as long as one at 32',
			shortest && longest ? longest / shortest : null,
			ratio => ratio <= 1.35,
		),
		faster('aim-wllama-token', titles.token(after), 'wllama', 2, 'a token at 512 is'),
		faster('aim-wllama-prefill', titles.prefill(after), 'wllama', 5, 'prefill of 512 is'),
		aim(
			`${name}-aim-native`,
			'a token at 512 takes at most twice as long as on native ONNX Runtime',
			slower,
			ratio => ratio <= 2,
		),
		aim(
			`${name}-aim-bytes`,
			'scoring hands JavaScript less than 10 % of the bytes that transformers.js hands it',
			score?.traffic && scoreLibrary?.traffic ? score.traffic.out / scoreLibrary.traffic.out : null,
			ratio => ratio < 0.1,
			percent,
		),
		aim(
			`${name}-aim-heap`,
			'the WASM heap stays under 300 MB with 1,000 tokens scored',
			score?.heapBytes ?? null,
			bytes => bytes < 300e6,
			megabytes,
		),
	];
}

const SAID: Partial<Record<ContenderName, string>> = {
	generate: 'transformers.js',
	library: 'transformers.js with its `log_softmax`',
	wllama: 'wllama',
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
