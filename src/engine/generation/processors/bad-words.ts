import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {isEmpty} from '../../math/math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';
import {endsWith} from './ends-with.ts';

/**
 * Sequences of tokens that may not be completed: a word of one token is always removed, a longer one when prompt and
 * continuation end with all its tokens but the last. Hugging Face's `NoBadWordsLogitsProcessor`; unlike there, nothing is
 * passed over: a word that is `<|endoftext|>` alone is banned too, and one with a token more than the text has so far.
 *
 * Ids are checked here; a list that bans every class is refused before anything is generated.
 */
export function badWords(words: readonly (readonly number[])[], vocabSize: number): LogitsProcessor {
	for (const word of words) {
		const isKnown = (id: number) => Number.isInteger(id) && id >= 0 && id < vocabSize;
		if (word.length > 0 && word.every(isKnown)) continue;
		throw new EngineError('bad-parameter', refuse('bad-words-ids', {last: vocabSize - 1, word: JSON.stringify(word)}));
	}
	if (new Set(words.filter(word => word.length === 1).flat()).size === vocabSize) {
		throw new EngineError('bad-parameter', refuse('bad-words-all', {size: vocabSize}));
	}
	return {
		name: 'badWords',
		value: String(words.length),
		apply(scores, {prompt, generated}) {
			const ids = [...prompt, ...generated];
			for (const word of words) if (endsWith(ids, word.slice(0, -1))) scores[word[word.length - 1]] = -Infinity;
			if (isEmpty(scores)) {
				throw new EngineError('bad-parameter', refuse('bad-words-left'));
			}
		},
	};
}
