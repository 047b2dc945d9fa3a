import {type MessageKey, t} from '../../../ui/i18n.ts';
import type {App} from '../../app.ts';
import {openWalk} from '../../page/open-walk.ts';
import {wholeText} from '../../state/prompt.ts';
import {KeyList} from '../classes/keys-help.tsx';
import './learn.css';

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
] as const satisfies [MessageKey, MessageKey][];

/** Explains in a few sentences what the extension shows; leads to the walk; lists the words that are used, and the keys. */
export function LearnView({app}: {app: App}) {
	const open = () => {
		app.session.flush();
		void openWalk(wholeText(app.prompt.prompt.peek())).then(() => {
			if (app.view === 'popup') window.close();
		});
	};
	return (
		<article class="learn">
			<h2>{t('popup_learn_title')}</h2>
			<p>{t('popup_learn_intro')}</p>
			<p>{t('popup_learn_walk')}</p>
			<p>
				<button type="button" class="button go" onClick={open}>
					{t('popup_learn_open')}
				</button>
			</p>
			<h2>{t('popup_learn_honest_title')}</h2>
			<p>{t('popup_learn_honest')}</p>
			<h2>{t('popup_words_title')}</h2>
			<dl class="words">
				{WORDS.map(([word, text]) => (
					<div key={word}>
						<dt>{t(word)}</dt>
						<dd>{t(text)}</dd>
					</div>
				))}
			</dl>
			<h2>{t('loop_keys')}</h2>
			<KeyList settings={app.settings} />
		</article>
	);
}
