import type {ModelFiles} from '../engine/checkpoint/model-files.ts';
import type {RuntimeOptions} from '../engine/model/ort-session.ts';
import {openModel} from '../engine/open-model.ts';
import type {ModelLoan} from './call.ts';
import {Loan} from './loan.ts';

/**
 * A draft model made of a model's own blocks: all but the last under its head (an early exit, as in Elhoushi et al. 2024,
 * "LayerSkip"). It shows what speculative decoding does where no smaller model is at hand; it saves no time.
 */
export function earlyExitDraft(name: string, readFiles: () => Promise<ModelFiles>, runtime: RuntimeOptions): ModelLoan {
	const loan = new Loan(
		async () => {
			const files = await readFiles();
			const layers = (files.config as {n_layer: number}).n_layer;
			const draftLayers = Math.max(1, layers - 1);
			return {
				model: await openModel(files, {...runtime, layers: draftLayers}),
				name: `${name}, first ${draftLayers} of ${layers} blocks`,
			};
		},
		({model}) => model.lm.dispose(),
	);
	return use => loan.use(use);
}
