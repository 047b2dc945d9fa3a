import {type PlainKey, t} from '../../client/browser/i18n.ts';

const WORDS = [
	['popup_word_class', 'popup_word_class_text'],
	['popup_word_logit', 'popup_word_logit_text'],
	['popup_word_rank', 'popup_word_rank_text'],
	['popup_word_draw', 'popup_word_draw_text'],
	['popup_word_settings', 'popup_word_settings_text'],
	['popup_word_seed', 'popup_word_seed_text'],
	['popup_word_logprob', 'popup_word_logprob_text'],
	['popup_word_surprisal', 'popup_word_surprisal_text'],
	['popup_word_entropy', 'popup_word_entropy_text'],
	['popup_word_perplexity', 'popup_word_perplexity_text'],
] as const satisfies [PlainKey, PlainKey][];

/** The words of the interface, each explained in a few sentences, and what a probability is not. */
export const Words = () => (
	<>
		<dl class="words">
			{WORDS.map(([word, text]) => (
				<div key={word}>
					<dt>{t(word)}</dt>
					<dd>{t(text)}</dd>
				</div>
			))}
		</dl>
		<p>{t('popup_honest')}</p>
	</>
);
