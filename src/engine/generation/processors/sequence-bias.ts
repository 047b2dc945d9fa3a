import type {SequenceBias} from '../config.ts';
import type {LogitsProcessor} from '../logits-processor.ts';
import {endsWith} from './ends-with.ts';

/**
 * What biases add to the logits after a text, by token id: a bias acts on the last class of its sequence, always or where the
 * text ends with all the classes that come before it. Biases of the same class add up.
 */
export function biasesAfter(text: readonly number[], biases: readonly SequenceBias[]): ReadonlyMap<number, number> {
	const added = new Map<number, number>();
	for (const {ids, bias} of biases) {
		if (!endsWith(text, ids.slice(0, -1))) continue;
		const last = ids[ids.length - 1];
		added.set(last, (added.get(last) ?? 0) + bias);
	}
	return added;
}

/**
 * Biases are added to logits. The logit bias of OpenAI's interface, extended to sequences; Hugging Face's
 * `SequenceBiasLogitsProcessor`. Unlike there, a sequence with one token more than the text has so far is not passed over.
 */
export function sequenceBias(biases: readonly SequenceBias[]): LogitsProcessor {
	return {
		name: 'sequenceBias',
		value: String(biases.length),
		apply(scores, {prompt, generated}) {
			for (const [id, bias] of biasesAfter([...prompt, ...generated], biases)) scores[id] += bias;
		},
	};
}
