import type {LabelAnswer} from '../../../protocol/engine.ts';
import {useQuery} from '../../../ui/client/use-query.ts';
import {percent} from '../../../ui/format.ts';
import {t} from '../../../ui/i18n.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {Waiting} from '../../parts/prose.tsx';
import {PLAIN, promptOf, type Walk} from '../../state/walk.ts';

/** What the model writes after the first text's prompt when every class may win, next to what the labels say. */
export function Generated({walk, answer, labels}: {walk: Walk; answer: LabelAnswer; labels: readonly string[]}) {
	const length = Math.max(...answer.labelTokens.map(tokens => tokens.length)) + 2;
	const generation = {...PLAIN, maxNewTokens: Math.min(24, length)};
	const asked = useQuery(walk.engine, 'generate', {prompt: promptOf(answer.prompt), generation});
	const [first] = answer.rows;
	if (!asked.answer) return <Waiting {...asked} />;
	const {tokens, text} = asked.answer.continuations[0];
	const written = labels.find(label => text.trimStart().startsWith(label));
	const share = first.logProbs.reduce((sum, logProb) => sum + Math.exp(logProb), 0);
	return (
		<div class="side-by-side">
			<section>
				<h3>{t('walk_labels_restricted')}</h3>
				<p class="mono">{labels[first.best]}</p>
				<p class="quiet small">{t('walk_labels_restricted_share', percent(share))}</p>
			</section>
			<section>
				<h3>{t('walk_labels_free')}</h3>
				<p class="mono">{tokens.map(visibleToken).join('')}</p>
				<p class="quiet small">
					{written === undefined ? t('walk_labels_free_other') : t('walk_labels_free_label', written)}
				</p>
			</section>
		</div>
	);
}
