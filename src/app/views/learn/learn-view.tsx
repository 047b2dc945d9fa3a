import {t} from '../../../ui/i18n.ts';
import type {App} from '../../app.ts';
import {openWalk} from '../../page/open-walk.ts';
import {wholeText} from '../../state/prompt.ts';
import './learn.css';

/** Generation as classification, explained with the numbers of the present prompt. */
/** In a few sentences what all this shows, and the way to the walk, which shows it. */
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
		</article>
	);
}
