import {EngineError} from '../../engine/errors.ts';
import {refuse} from '../../refusals/refusal.ts';
import type {ServedModel} from '../call.ts';

/** @throws EngineError `not-supported` for an ONNX export: it gives logits, and neither vectors nor its head's weights. */
export function checkCanLook({lm}: Pick<ServedModel, 'lm'>): void {
	if (!lm.abilities.hiddenStates) throw new EngineError('not-supported', refuse('onnx-no-look'));
}
