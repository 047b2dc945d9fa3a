import type {Opening} from './contract.ts';
import {type Places, startHost} from './host.ts';
import type {Passages} from './prompts.ts';

/** How many of a text's last tokens are appended one by one. */
const APPENDED = [1, 7, 40];

/**
 * The largest difference of a logit between a prompt and the same prompt whose last tokens are appended, each way in an engine
 * that has read nothing else: it cannot find with one what it has kept of the other.
 */
export async function largestDifference(
	places: Places,
	opening: Omit<Opening, 'prompt'>,
	passages: Passages,
	texts: number,
): Promise<number> {
	// From 64 tokens on, at every remainder that a chunk can leave.
	const prompts = Array.from({length: texts}, (_, i) => passages.take(64 + 23 * i, 0).prompt);
	const read = async (appended: number) => {
		const host = await startHost('ours', places);
		try {
			await host.open({...opening, prompt: passages.take(8, 0).prompt});
			const logits: number[][] = [];
			for (const {ids} of prompts) logits.push((await host.ask({kind: 'logits', ids, appended})).logits!);
			return logits;
		} finally {
			await host.dispose();
		}
	};
	const whole = await read(0);
	let largest = 0;
	for (const appended of APPENDED) {
		const parts = await read(appended);
		for (const [i, logits] of whole.entries())
			for (const [id, logit] of logits.entries()) largest = Math.max(largest, Math.abs(logit - parts[i][id]));
	}

	return largest;
}
