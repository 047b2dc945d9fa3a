import {t, tn} from '../../../client/browser/i18n.ts';
import type {InfluenceAnswer, OccludedPart} from '../../../protocol/questions/influence.ts';
import {influenceOf} from '../../../protocol/questions/influence.ts';
import type {Params} from '../../../protocol/questions.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {count, nats, signed} from '../../../ui/format.ts';
import {isolate, spokenToken, visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';
import {Waiting} from '../shared/prose.tsx';
import {type FlowToken, TokenFlow} from '../shared/token-flow.tsx';
import {useStream} from '../shared/use-stream.ts';
import type {Walk} from '../state/walk.ts';

interface Props {
	walk: Walk;
	question: Params<'influence'>;
}

/** Half a colour is the most: the text on it must stay readable. */
const STRONGEST = 0.5;

/** The prompt as a heat: blue where a part speaks for the class, orange where it speaks against it. */
export function Heat({walk, question}: Props) {
	const {answer, events, running, progress, error, retry, cancel} = useStream(walk.engine, 'influence', question);
	const last = events.at(-1);
	if (error || (!answer && !last)) return <Waiting progress={progress} error={error} retry={retry} />;
	if (!answer && last) {
		return (
			<div class="fig">
				<p role="status">{tn('walk_influence_progress', last.total, {done: count(last.done)})}</p>
				{running && (
					<button type="button" class="button" onClick={cancel}>
						{t('walk_cancel')}
					</button>
				)}
			</div>
		);
	}
	return answer && <Picture answer={answer} text={question.text} />;
}

function Picture({answer, text}: {answer: InfluenceAnswer; text: string}) {
	const {chosen, against, whole, parts} = answer;
	const values = parts.map(part => influenceOf(part, whole));
	const most = Math.max(...values.map(Math.abs), 1e-9);
	const textOf = ({start, end}: OccludedPart) => text.slice(start, end);
	const title = against
		? t('walk_influence_figure_two', {chosen: quoted(visibleToken(chosen)), against: quoted(visibleToken(against))})
		: t('walk_influence_figure', {chosen: quoted(visibleToken(chosen)), logProb: nats(whole.chosen)});
	const tokens = parts.map((part, i): FlowToken => {
		const token = {text: textOf(part)};
		return {
			token,
			note: signed(values[i]),
			spoken: t(values[i] < 0 ? 'walk_influence_against_spoken' : 'walk_influence_for_spoken', {
				token: isolate(spokenToken(token)),
				values: nats(Math.abs(values[i])),
			}),
			tone: values[i] < 0 ? 'down' : 'up',
			strength: (Math.abs(values[i]) / most) * STRONGEST,
		};
	});
	return (
		<Figure
			name="influence"
			title={title}
			numbers={() => ({
				columns: [t('walk_column_part'), t('walk_column_influence'), t('walk_column_log_prob_without')],
				rows: parts.map((part, i) => [visibleToken({text: textOf(part)}), signed(values[i], 4), nats(part.chosen, 4)]),
			})}
		>
			<TokenFlow label={title} tokens={tokens} noted />
			<p class="readout">{t('walk_influence_legend')}</p>
		</Figure>
	);
}
