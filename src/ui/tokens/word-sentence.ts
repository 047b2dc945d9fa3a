import {t} from '../../client/browser/i18n.ts';
import type {ScoredToken} from '../../protocol/questions/score.ts';
import {bits} from '../format.ts';
import {isolate} from './token-text.ts';
import {surprisalOf, wordAround} from './words.ts';

/** The word that a token belongs to, by both measures, in words; null where it belongs to none. */
export function wordSentence(text: string, tokens: readonly ScoredToken[], index: number): string | null {
	const word = wordAround(text, tokens, index);
	if (!word) return null;
	const surprisal = surprisalOf(word.tokens);
	const {start, end} = word.part;
	return t('passage_word', {
		text: isolate(text.slice(start, end)),
		bits: bits(surprisal.bits),
		plainBits: bits(surprisal.plainBits),
	});
}
