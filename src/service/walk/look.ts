import {EngineError} from '../../engine/errors.ts';
import {Inspector} from '../../engine/inspect/inspector.ts';
import {refuse} from '../../refusals/refusal.ts';
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
