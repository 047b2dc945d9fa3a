import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {isEmpty} from '../../math/math.ts';
import type {HeldForm} from '../form/held.ts';
import type {LogitsProcessor} from '../logits-processor.ts';

const complete = () => new EngineError('form-complete', refuse('form-ended'));

/**
 * Classes that cannot lead to the form are removed; those that end a text stay where the form is complete. See `Form`.
 * @throws EngineError `form-complete` where nothing can follow a complete text, and `bad-parameter` where what was chosen does not
 * fit, or the other steps have left no class that does.
 */
export function heldToForm(held: HeldForm, ends: readonly number[]): LogitsProcessor {
	return {
		name: 'formKind',
		value: held.form.kind,
		apply(scores, {generated}) {
			const fits = held.fitting(generated);
			if (!fits) {
				const end = generated.findIndex(id => ends.includes(id));
				if (end >= 0 && held.isComplete(generated.slice(0, end))) throw complete();
				throw new EngineError('bad-parameter', refuse('form-unfitting'));
			}
			const isComplete = held.isComplete(generated);
			// An end is no part of the text, though it may have one.
			const kept = ends.map(id => [id, isComplete ? scores[id] : -Infinity] as const);
			for (let id = 0; id < scores.length; id++) if (!fits[id]) scores[id] = -Infinity;
			for (const [id, score] of kept) scores[id] = score;
			if (!isEmpty(scores)) return;
			if (held.isFinished(generated)) throw complete();
			throw new EngineError('bad-parameter', refuse('form-nothing-left'));
		},
	};
}
