import {tn} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import {count} from '../../../ui/format.ts';
import type {Walk} from '../state/walk.ts';

/** Of a text that is longer than the model's context: how much of it the figures are not about. */
export function LeftOut({walk}: {walk: Walk}) {
	const text = walk.text.value;
	const context = walk.model.value?.contextLength ?? Number.POSITIVE_INFINITY;
	// A character is at most four bytes, and so at most four tokens.
	const {answer} = useQuery(walk.engine, 'tokenize', text.length * 4 > context ? {text} : null);
	const left = (answer?.tokens.length ?? 0) - context;
	return left > 0 ? <p class="quiet small">{tn('popup_dropped', left, {tokens: count(context)})}</p> : null;
}
