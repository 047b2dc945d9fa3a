import {titles} from './cases.ts';
import {CONTENDERS, type ContenderName, HOSTS, type HostName} from './contract.ts';
import {megabytes, type PartReport, type Table, time, times} from './report.ts';
import {aimsOf, boundMs} from './weights-aims.ts';
import type {WeightsResult} from './weights-part.ts';

/** The tables and aims of what was measured with one set of weights. */
export function weightsReport(result: WeightsResult): PartReport {
	return {
		data: result,
		tables: [users(result), forwardPass(result), seconds(result), memory(result), byThreads(result)],
		aims: aimsOf(result),
	};
}

const title = (contender: ContenderName) => CONTENDERS[contender].title;

/** A time, and how many times ours it is. */
function against({measurements}: WeightsResult, row: string, contender: ContenderName, ours: ContenderName): string {
	const ms = measurements.ms(row, contender);
	const ratio = measurements.ratio(row, ours, contender);
	return ms === null ? '–' : ratio === null ? time(ms) : `${time(ms)} (${times(ratio)})`;
}

const own = ({measurements}: WeightsResult, row: string, contender: ContenderName) => {
	const ms = measurements.ms(row, contender);
	return ms === null ? '–' : time(ms);
};

const OTHERS = ['generate', 'pipeline', 'wllama', 'native'] as const;

/** Everyone as their users run them. */
function users(result: WeightsResult): Table {
	const {name, measurements, sizes} = result;
	const rows = measurements.titles.filter(row => measurements.ms(row, 'ours') !== null);
	const positions = new Map([
		...sizes.lengths.map(length => [titles.token(length), length] as const),
		[titles.step(1), sizes.after] as const,
	]);
	const least = (row: string) => {
		const before = positions.get(row);
		return before === undefined ? '' : time(boundMs(result, before));
	};
	return {
		id: `${name}-users`,
		head: ['', title('ours'), ...OTHERS.map(title), 'bound'],
		rows: rows.map(row => [
			row,
			own(result, row, 'ours'),
			...OTHERS.map(contender => against(result, row, scorer(result, row, contender) ?? contender, 'ours')),
			least(row),
		]),
	};
}

/** Who scores a passage is named after how it does. */
const scorer = ({sizes}: WeightsResult, row: string, contender: ContenderName) =>
	row === titles.score(sizes.scored) && contender === 'generate' ? 'library' : null;

/** The forward pass alone. */
function forwardPass(result: WeightsResult): Table {
	const {name, measurements, sizes} = result;
	const pairs: [string, ContenderName, ContenderName][] = measurements.titles.flatMap(row =>
		measurements.ms(row, 'ours-forward') === null ? [] : [[row, 'ours-forward', 'forward'] as const],
	) as [string, ContenderName, ContenderName][];
	const score = titles.score(sizes.scored);
	if (measurements.ms(score, 'ours') !== null) pairs.unshift([score, 'ours', 'loops']);
	return {
		id: `${name}-forward`,
		head: ['', 'ours', 'transformers.js'],
		rows: pairs.map(([row, ours, theirs]) => [row, own(result, row, ours), against(result, row, theirs, ours)]),
	};
}

const HOST_TITLES: Record<HostName, string> = {
	ours: 'ours',
	transformers: 'transformers.js',
	wllama: 'wllama',
	native: 'native ONNX Runtime',
};

function seconds({name, firstSeconds}: WeightsResult): Table {
	const present = HOSTS.filter(host => firstSeconds[host]);
	const count = firstSeconds[present[0]]?.perSecond.length ?? 0;
	return {
		id: `${name}-seconds`,
		head: ['', ...Array.from({length: count}, (_, second) => String(second + 1)), 'right after', 'steady', 'ratio'],
		rows: present.map(host => {
			const {perSecond, rightAfterMs, steadyMs} = firstSeconds[host]!;
			const known = rightAfterMs !== null && steadyMs !== null;
			return [
				HOST_TITLES[host],
				...perSecond.map(String),
				rightAfterMs === null ? '–' : time(rightAfterMs),
				steadyMs === null ? '–' : time(steadyMs),
				known ? times(rightAfterMs / steadyMs) : '–',
			];
		}),
	};
}

function memory(result: WeightsResult): Table {
	const {name, measurements, sizes, fileBytes, openedHeapBytes, peakBytes, agreement} = result;
	const score = titles.score(sizes.scored);
	const scored = {ours: 'ours', transformers: 'library', wllama: null, native: 'native'} as const;
	return {
		id: `${name}-memory`,
		head: ['', 'weights', 'WASM heap, opened', 'scored', 'process, at most', 'same first class', 'perplexity'],
		rows: HOSTS.map(host => {
			const sample = scored[host] && measurements.last(score, scored[host]);
			const agreed = agreement[host];
			return [
				HOST_TITLES[host],
				megabytes(fileBytes[host]),
				megabytes(openedHeapBytes[host] ?? null),
				megabytes(sample?.heapBytes ?? null),
				megabytes(peakBytes[host] ?? null),
				host === 'ours' ? '' : agreed ? `${agreed.same} of ${agreed.of}` : '–',
				sample?.answer ? sample.answer.toFixed(2) : '–',
			];
		}),
	};
}

function byThreads({name, byThreads, sizes}: WeightsResult): Table {
	const [{token: tokenAlone = null, prefill: prefillAlone = null} = {}] = byThreads;
	const shown = (ms: number | null, alone: number | null) =>
		ms === null || alone === null ? '–' : `${time(ms)} (${times(alone / ms)})`;
	return {
		id: `${name}-threads`,
		head: ['threads', titles.token(sizes.after), titles.prefill(sizes.after)],
		rows: byThreads.map(({threads, token, prefill}) => [
			String(threads),
			shown(token, tokenAlone),
			shown(prefill, prefillAlone),
		]),
	};
}
