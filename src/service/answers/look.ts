import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import {Inspector} from '../../engine/inspect/inspector.ts';
import type {ServedModel} from '../call.ts';

/** @throws EngineError `not-supported` for an ONNX export: it gives logits, and neither vectors nor its head's weights. */
export function checkCanLook({lm}: Pick<ServedModel, 'lm'>): void {
	if (!lm.abilities.hiddenStates) throw new EngineError('not-supported', refuse('onnx-no-look'));
}

/** What looks at a model's blocks. @throws EngineError as `checkCanLook` does. */
export function inspectorOf({kernels}: Pick<ServedModel, 'kernels'>): Inspector {
	if (kernels) return new Inspector(kernels);
	throw new EngineError('not-supported', refuse('onnx-no-look'));
}

/** @throws EngineError `bad-parameter` naming a head that is not there. @param block from 0, as `head`. */
export function checkHead({lm}: Pick<ServedModel, 'lm'>, block: number, head: number): void {
	const {layers, heads} = lm.config;
	if (block < layers && head < heads) return;
	throw new EngineError(
		'bad-parameter',
		refuse('head-missing', {head: head + 1, block: block + 1, blocks: layers, heads}),
	);
}
