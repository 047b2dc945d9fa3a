import {casesOf, type Sizes, titles} from './cases.ts';
import type {HostName, Opening} from './contract.ts';
import {type Host, type Places, startHost} from './host.ts';
import {Measurements, measureCases} from './measurements.ts';
import {warmUp} from './opening.ts';
import type {Passages} from './prompts.ts';

/** What our engine needs with so many threads, in milliseconds. */
export interface ThreadsResult {
	threads: number;
	token: number | null;
	prefill: number | null;
}

/** How the engine's speed grows from one thread to as many as there are. */
export async function threadScaling(
	places: Places,
	opening: Omit<Opening, 'prompt' | 'threads'>,
	passages: Passages,
	{sizes, most, rounds, say}: {sizes: Sizes; most: number; rounds: number; say(line: string): void},
): Promise<ThreadsResult[]> {
	const [token, prefill] = [titles.token(sizes.after), titles.prefill(sizes.after)];
	const cases = casesOf(sizes).filter(({quantities}) => quantities.some(({title}) => title === token));
	const results: ThreadsResult[] = [];
	for (let threads = 1; threads <= most; threads++) {
		say(`  ${threads} of ${most} threads:`);
		const {prompt, following} = passages.take(32, 32);
		const host = await startHost('ours', places);
		const hosts = new Map<HostName, Host>([['ours', host]]);
		const measurements = new Measurements();
		try {
			await host.open({...opening, threads, prompt});
			await warmUp([host], prompt, following, 1);
			const wanted = (contender: string) => contender === 'ours';
			await measureCases(cases, hosts, passages, measurements, {rounds, wanted, say});
		} finally {
			await host.dispose();
		}

		results.push({threads, token: measurements.ms(token, 'ours'), prefill: measurements.ms(prefill, 'ours')});
	}

	return results;
}
