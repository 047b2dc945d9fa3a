import {readAndOpenModel} from '../../src/engine/open-model.ts';
import {kernelHost} from '../../src/offscreen/kernel-host.ts';
import {type BenchEngine, type Opening, PATHS} from '../contract.ts';
import {ourEngine} from './our-engine.ts';

/** This project's engine, opened as the extension opens it. */
export async function openOurs({threads, float, bundled}: Opening, openedAt: number): Promise<BenchEngine> {
	const folder = float ? PATHS.checkpoint : PATHS.stored;
	const read = async (name: string) => {
		const response = await fetch(folder + name);
		return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
	};
	const host = {...kernelHost(), threads};
	const {lm, tokenizer} = await readAndOpenModel(read, {host, trusted: bundled && !float});
	return ourEngine(lm, tokenizer, openedAt);
}
