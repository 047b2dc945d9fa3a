import {readAndOpenModel} from '../../src/engine/open-model.ts';
import {type BenchEngine, type Opening, PATHS} from '../contract.ts';
import {ourEngine} from './our-engine.ts';

/** This project's engine, opened as the extension opens it. */
export async function openOurs({threads, float, bundled}: Opening, openedAt: number): Promise<BenchEngine> {
	const wasmPaths = new URL(PATHS.ort, self.location.origin).href;
	const folder = float ? PATHS.checkpoint : PATHS.stored;
	const read = async (name: string) => {
		const response = await fetch(folder + name);
		return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
	};
	const {lm, tokenizer} = await readAndOpenModel(read, {threads, wasmPaths, trusted: bundled && !float});
	return ourEngine(lm, tokenizer, openedAt);
}
