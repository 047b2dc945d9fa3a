import {bits, count, percent} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {TokenText} from '../../../ui/tokens/token-view.tsx';
import type {App} from '../../app.ts';
import './learn.css';

/** Generation as classification, explained with the numbers of the present prompt. */
export function LearnView({app}: {app: App}) {
	const {classes, model} = app;
	const answer = classes.answer.value;
	const info = model.value;
	const first = answer?.model[0];
	const samples = classes.answerWith.value?.doSample ?? false;
	return (
		<article class="learn">
			<h2>{t('popup_learn_title')}</h2>
			<p>{t('popup_learn_intro')}</p>
			<ol class="steps">
				<li>
					<h3>{t('popup_learn_tokens')}</h3>
					<p>
						{answer && !answer.fromEndOfText
							? tn('popup_learn_tokens_live', answer.tokens.length)
							: t('popup_learn_tokens_plain')}
					</p>
				</li>
				<li>
					<h3>{t('popup_learn_body')}</h3>
					<p>
						{info
							? t('popup_learn_body_live', count(info.layers), count(info.hiddenSize))
							: t('popup_learn_body_plain')}
					</p>
				</li>
				<li>
					<h3>{t('popup_learn_head')}</h3>
					<p>
						{info && first
							? t('popup_learn_head_live', count(info.hiddenSize), count(info.vocabSize))
							: t('popup_learn_head_plain')}
					</p>
				</li>
				<li>
					<h3>{t('popup_learn_softmax')}</h3>
					<p>
						{t('popup_learn_softmax_plain')}{' '}
						{answer && first && (
							<>
								{t('popup_learn_softmax_live')} <TokenText token={first} />{' '}
								{t('popup_learn_softmax_live_end', percent(first.probability), bits(answer.entropyBits))}
							</>
						)}
					</p>
				</li>
				<li>
					<h3>{t('popup_learn_choose')}</h3>
					<p>
						{answer && samples
							? t('popup_learn_choose_live', count(answer.keptCount), percent(answer.keptProbability))
							: t('popup_learn_choose_plain')}
					</p>
				</li>
				<li>
					<h3>{t('popup_learn_append')}</h3>
					<p>{t('popup_learn_append_plain')}</p>
				</li>
			</ol>
			<h2>{t('popup_learn_training_title')}</h2>
			<p>{t('popup_learn_training')}</p>
			<p>{t('popup_learn_training_passage')}</p>
			<h2>{t('popup_learn_honest_title')}</h2>
			<p>{t('popup_learn_honest')}</p>
		</article>
	);
}
