import {Gpt2} from '../../../src/engine/model/shared-prefix-model.ts';
import {startRuntime} from '../../../src/engine/model/start-runtime.ts';
import {readAndOpenModel} from '../../../src/engine/open-model.ts';
import {type BenchEngine, type Opening, PATHS, type Traffic} from '../contract.ts';
import {counted, ourEngine} from './our-engine.ts';

/** This project's engine, opened as the extension opens it. */
export async function openOurs({threads, float, bundled}: Opening, openedAt: number): Promise<BenchEngine> {
	const wasmPaths = new URL(PATHS.ort, self.location.origin).href;
	void startRuntime({threads, wasmPaths});
	const folder = float ? PATHS.checkpoint : PATHS.stored;
	const read = async (name: string) => {
		const response = await fetch(folder + name);
		return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
	};
	const {lm, tokenizer} = await readAndOpenModel(read, {threads, wasmPaths, trusted: bundled && !float});
	const traffic: Traffic = {out: 0, in: 0};
	return ourEngine(new Gpt2(lm.config, counted(lm.session, traffic)), tokenizer, traffic, openedAt);
}
