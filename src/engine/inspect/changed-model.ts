import type {KernelModel} from '../model/kernel-model.ts';
import {Intervened} from './intervened.ts';
import {checkParts, checkStream, type Intervention} from './intervention.ts';

let made = 0;

/**
 * A model with changes: whatever is asked of it is computed with them. What it reads has a cache of its own, so that keys and values of
 * one body are never taken for another's; `forget()` gives that back.
 * @throws EngineError `bad-parameter` for a part or a block that the model does not have.
 */
export function changedModel(lm: KernelModel, intervention: Intervention): KernelModel {
	checkParts(intervention.off, lm.config);
	for (const {block} of [...intervention.replaced, ...intervention.added]) checkStream(block, lm.config);
	// A part that is named twice is off once: its mean is added once.
	const off = [...new Map(intervention.off.map(one => [`${one.block} ${one.part}`, one])).values()];
	return lm.computing({name: `changed ${++made}`, change: new Intervened(lm.machine, {...intervention, off})});
}
