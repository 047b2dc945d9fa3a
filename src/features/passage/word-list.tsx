import {tn} from '../../client/browser/i18n.ts';
import {bits} from '../../ui/format.ts';
import {visibleParts} from '../../ui/tokens/token-text.ts';
import type {WordSurprise} from './words.ts';

/** Words with their surprise. */
export function WordList({title, words}: {title: string; words: readonly WordSurprise[]}) {
	return (
		<section class="word-list">
			<h2>{title}</h2>
			<ol>
				{words.map(word => (
					<li key={word.start} title={tn('passage_word_tokens', word.tokens, {plainBits: bits(word.plainBits)})}>
						<bdi>{visibleParts(word.word).map(part => part.shown)}</bdi>
						<span class="numbers quiet">{bits(word.bits)}</span>
					</li>
				))}
			</ol>
		</section>
	);
}
