import {titles} from './cases.ts';
import type {ContenderName, HostName, Opening, Prompt} from './contract.ts';
import {type Host, type Places, startHost} from './host.ts';
import type {Measurements} from './measurements.ts';
import {intervals, median} from './statistics.ts';

/** The contender that stands for each host where an engine is opened. */
const OPENERS = {ours: 'ours', transformers: 'generate', wllama: 'wllama', native: 'native'} as const satisfies Record<
	HostName,
	ContenderName
>;

/** How an engine does from the moment it begins to open, in a browser that has never run it. */
export interface FirstSeconds {
	/** Tokens in every second. */
	perSecond: number[];
	/** Median time of the tokens that follow the first, and of those of the last seconds, in milliseconds; null without any. */
	rightAfterMs: number | null;
	steadyMs: number | null;
}

/** What was seen of the engines while they opened. */
export interface Opened {
	/** WASM memory of an engine that has only been opened. */
	openedHeapBytes: Partial<Record<HostName, number | null>>;
	firstSeconds: Partial<Record<HostName, FirstSeconds>>;
	/** Why the native engine is not there, if it is not: its binary is not made for every system. */
	nativeAbsent: string | null;
}

/** Those whose opening is an aim. */
const OPENED_OFTEN: ReadonlySet<HostName> = new Set(['ours', 'transformers']);

const RIGHT_AFTER_TOKENS = 16;

export interface OpeningOptions {
	rounds: number;
	threads: number;
	prompt: Prompt;
	bundled: boolean;
	textless: Opening['textless'];
	/** For how long each goes on generating after it was opened for the first time; 0 for none. */
	seconds: number;
	/** Whether to open the float checkpoint too. */
	float: boolean;
	say(line: string): void;
}

/**
 * Open every engine, each time in a new process: those that aims compare in every round, the others once.
 * @param hosts gets those that were opened first, which stay open: after so many seconds V8 has compiled them well.
 */
export async function openAll(
	names: readonly HostName[],
	places: Places,
	hosts: Map<HostName, Host>,
	measurements: Measurements,
	{rounds, threads, prompt, bundled, textless, seconds, float, say}: OpeningOptions,
): Promise<Opened> {
	const opened: Opened = {openedHeapBytes: {}, firstSeconds: {}, nativeAbsent: null};
	for (let round = 0; round < rounds; round++) {
		const present = names.filter(name => round === 0 || OPENED_OFTEN.has(name));
		for (const name of round % 2 ? present.toReversed() : present) {
			const host = await startHost(name, places);
			const stays = round === 0;
			if (stays) hosts.set(name, host);
			try {
				const measured = await host.open({threads, float: false, bundled, textless, prompt});
				measurements.add(titles.open, OPENERS[name], measured, measured.times.whole);
				opened.openedHeapBytes[name] = measured.heapBytes;
				// Natively nothing is compiled while it runs.
				if (stays && seconds > 0 && name !== 'native')
					opened.firstSeconds[name] = await firstSeconds(name, host, prompt, seconds, say);
			} catch (error) {
				if (name !== 'native') throw error;
				hosts.delete(name);
				await host.dispose();
				opened.nativeAbsent = String(error);
				say(`  The native ONNX Runtime cannot be had: ${opened.nativeAbsent}`);
			} finally {
				if (!stays) await host.dispose();
			}
		}
	}

	if (float && names.includes('ours')) {
		const host = await startHost('ours', places);
		const measured = await host.open({threads, float: true, bundled, textless, prompt}).finally(() => host.dispose());
		measurements.add(titles.openFloat, 'ours', measured, measured.times.whole);
	}

	const shown = names.map(name => `${name} ${measurements.ms(titles.open, OPENERS[name])?.toFixed(0)}`);
	say(`  ${titles.open}: ${shown.join(', ')} ms`);
	return opened;
}

async function firstSeconds(name: HostName, host: Host, prompt: Prompt, seconds: number, say: (line: string) => void) {
	const {times} = await host.ask({kind: 'seconds', prompt, milliseconds: seconds * 1000});
	const first = firstSecondsOf(times.tokens!, seconds);
	say(`  ${name}, tokens in every second after a cold start: ${first.perSecond.join(' ')}`);
	return first;
}

/** @param tokens when each was there, in milliseconds since the engine began to open. */
export function firstSecondsOf(tokens: readonly number[], seconds: number): FirstSeconds {
	const perSecond = Array.from(
		{length: seconds},
		(_, second) => tokens.filter(at => at >= second * 1000 && at < (second + 1) * 1000).length,
	);
	const steadyFrom = seconds * 700;
	return {
		perSecond,
		rightAfterMs: medianOrNull(intervals(tokens.slice(0, RIGHT_AFTER_TOKENS + 1))),
		steadyMs: medianOrNull(intervals(tokens.filter(at => at >= steadyFrom))),
	};
}

const medianOrNull = (values: readonly number[]) => (values.length > 0 ? median(values) : null);

/** So that everything has been compiled well before it is measured. */
export async function warmUp(hosts: Iterable<Host>, prompt: Prompt, following: number[], times: number): Promise<void> {
	for (const host of hosts) {
		for (let time = 0; time < times; time++)
			await host.ask({kind: 'continue', mode: 'generate', prompt, count: 1, steps: 24, following});
	}
}
