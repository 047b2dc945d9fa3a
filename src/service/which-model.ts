import type {ModelRef} from '../protocol/values/prompt.ts';
import type {LentModel, ServedModel} from './call.ts';
import {withFiniteLogits} from './finite-logits.ts';

/** Use the model that a request names: the one that answers, its draft model, or one that is kept, by its id. */
export function withModel<R>(served: ServedModel, which: ModelRef, use: (opened: LentModel) => Promise<R>): Promise<R> {
	if (which === 'main') return use({model: served, name: served.id, revision: served.revision});
	const checked = ({model, ...names}: LentModel) => use({...names, model: {...model, lm: withFiniteLogits(model.lm)}});
	return which === 'draft' ? served.draft(checked) : served.second(which, checked);
}
