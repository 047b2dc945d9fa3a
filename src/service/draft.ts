import {EngineError} from '../engine/errors/engine-error.ts';
import {refuse} from '../engine/errors/refusal.ts';
import type {OpenModel} from '../engine/open-model.ts';
import type {ModelLoan} from './call.ts';

/**
 * A draft model made of a model's own blocks: all but the last under its head (an early exit, as in Elhoushi et al. 2024,
 * "LayerSkip"). It shows what speculative decoding does where no smaller model is at hand; it saves no time, and takes no memory.
 * Lending it rejects with EngineError `not-supported` for an ONNX export.
 */
export const earlyExitDraft =
	(name: string, model: OpenModel): ModelLoan =>
	async use => {
		const {kernels} = model;
		if (!kernels) throw new EngineError('not-supported', refuse('onnx-no-draft'));
		const {layers} = kernels.config;
		const draftLayers = Math.max(1, layers - 1);
		const lm = kernels.firstBlocks(draftLayers);
		return use({model: {...model, lm, kernels: lm}, name: `${name}, first ${draftLayers} of ${layers} blocks`});
	};
