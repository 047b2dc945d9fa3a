import {type ModelFiles, type OpenModel, openModel} from '../../engine/open-model.ts';
import type {RuntimeOptions} from '../../engine/runtime.ts';
import type {ServedModel} from './service.ts';

/**
 * The draft model of speculative decoding: the first half of a model's blocks under its own head (an early exit, as in
 * Elhoushi et al. 2024, "LayerSkip"). Opened when first asked for, and kept.
 */
export function draftOf(
	name: string,
	readFiles: () => Promise<ModelFiles>,
	runtime: RuntimeOptions,
): ServedModel['draft'] {
	let opened: Promise<{model: OpenModel; name: string}> | null = null;
	const open = async () => {
		const files = await readFiles();
		const layers = (files.config as {n_layer: number}).n_layer;
		const kept = Math.max(1, Math.floor(layers / 2));
		return {
			model: await openModel(files, {...runtime, layers: kept}),
			name: `${name}, first ${kept} of ${layers} blocks`,
		};
	};

	return () => {
		opened ??= open().catch(error => {
			opened = null;
			throw error;
		});
		return opened;
	};
}
