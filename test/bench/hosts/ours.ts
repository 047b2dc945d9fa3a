import {STORED_WEIGHTS} from '../../../src/engine/checkpoint/stored-weights.ts';
import {streamedWeights} from '../../../src/engine/checkpoint/streamed-weights.ts';
import {readAndOpenModel} from '../../../src/engine/open-model.ts';
import {kernelHost} from '../../../src/service/worker/kernel-host.ts';
import {type BenchEngine, type Opening, PATHS} from '../contract.ts';
import {ourEngine} from './our-engine.ts';

/** This project's engine, opened as the extension opens it. */
export async function openOurs({threads, float, bundled}: Opening, openedAt: number): Promise<BenchEngine> {
	const folder = float ? PATHS.checkpoint : PATHS.stored;
	const read = async (name: string) => {
		const response = await fetch(folder + name);
		return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
	};
	/** As the extension reads what it carries, and what it keeps. */
	const streamed = async (name: string) => {
		if (name !== STORED_WEIGHTS) return null;
		const {headers, body} = await fetch(folder + name);
		return streamedWeights(Number(headers.get('content-length')), body!, cause => new Error(name, {cause}));
	};
	const host = {...kernelHost(), threads};
	const opened = {host, trusted: bundled && !float};
	const {lm, tokenizer} = await readAndOpenModel(read, opened, float ? undefined : streamed);
	return ourEngine(lm, tokenizer, openedAt);
}
