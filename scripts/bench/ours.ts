import {STORED_WEIGHTS} from '../../src/engine/checkpoint/stored-weights.ts';
import type {Branches} from '../../src/engine/model/causal-lm.ts';
import type {Feeds, Session} from '../../src/engine/model/ort-session.ts';
import {Gpt2} from '../../src/engine/model/shared-prefix-model.ts';
import {openModel} from '../../src/engine/open-model.ts';
import {scorePassage} from '../../src/engine/scoring/passage.ts';
import {type BenchEngine, PATHS, type Traffic} from './contract.ts';

/** This project's engine, opened from the stored form as the extension opens it. */
export async function openOurs(threads: number): Promise<BenchEngine> {
	const file = async (name: string) => fetch(PATHS.checkpoint + name);
	const json = async (name: string): Promise<unknown> => (await file(name)).json();
	const [config, tokenizer, tokenizerConfig, weights] = await Promise.all([
		json('config.json'),
		json('tokenizer.json'),
		json('tokenizer_config.json'),
		file(STORED_WEIGHTS).then(response => response.arrayBuffer()),
	]);
	const model = await openModel(
		{config, tokenizer, tokenizerConfig, weights: new Uint8Array(weights)},
		{threads, wasmPaths: new URL(PATHS.ort, self.location.origin).href},
	);
	const traffic: Traffic = {out: 0, in: 0};
	const lm = new Gpt2(model.lm.config, counted(model.lm.session, traffic));

	return {
		traffic,
		async prefill(ids) {
			return (await lm.prefill(ids)).logits;
		},
		async branches(prompt) {
			const prefix = await lm.prefill(prompt);
			let branches: Branches | null = null;
			return async tokens => {
				const step = await lm.extend(
					prefix,
					branches,
					tokens.map(token => [token]),
				);
				branches = step.branches;
				return step.logits;
			};
		},
		async score(ids) {
			const [rank, logProb, entropy, topIds] = [[], [], [], []] as number[][];
			await scorePassage(lm, ids, {
				onScored({scores}) {
					rank.push(...scores.rank);
					logProb.push(...scores.logProb);
					entropy.push(...scores.entropy);
					topIds.push(...scores.topIds);
				},
			});
			return {rank, logProb, entropy, topIds};
		},
	};
}

function counted(session: Session, traffic: Traffic): Session {
	const bytes = (tensors: Feeds) =>
		Object.values(tensors).reduce((sum, tensor) => sum + (tensor.data as Float32Array).byteLength, 0);
	return {
		async run(feeds, outputs, signal) {
			traffic.in += bytes(feeds);
			const fetched = await session.run(feeds, outputs, signal);
			traffic.out += bytes(fetched);
			return fetched;
		},
		dispose: () => session.dispose(),
	};
}
