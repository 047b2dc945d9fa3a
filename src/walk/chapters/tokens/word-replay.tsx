import type {Signal} from '@preact/signals';
import type {ReplayAnswer, Token} from '../../../protocol/engine.ts';
import {useQuery} from '../../../ui/client/use-query.ts';
import {count} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {Figure} from '../../parts/figure.tsx';
import {monoWidth} from '../../parts/measure.ts';
import {Picture} from '../../parts/picture.tsx';
import {Waiting} from '../../parts/prose.tsx';
import {Steps} from '../../parts/steps.tsx';
import {useWidth} from '../../parts/use-width.ts';
import type {Walk} from '../../state/walk.ts';

const ROW = 34;
const PADDING = 6;
const GAP = 3;
/** Where the description of a merge is put: beside the boxes where there is room, else under them. */
const SIDE = 230;

interface Props {
	walk: Walk;
	word: string;
	/** How many merges are shown; '' for all. */
	step: Signal<string>;
}

/** Byte-pair encoding of one word, a merge a step. */
export function WordReplay({walk, word, step}: Props) {
	const asked = useQuery(walk.engine, 'replay', {word});
	const {answer} = asked;
	if (!answer) return <Waiting {...asked} />;
	const last = answer.steps.length;
	const at = /^\d{1,3}$/.test(step.value) ? Math.min(Number(step.value), last) : last;
	const merged = answer.steps.at(-1)?.tokens ?? answer.start;
	return (
		<Figure
			name="merges"
			title={tn('walk_tokens_replay', merged.length, tn('walk_tokens_bytes_of', answer.start.length))}
			numbers={() => ({
				columns: [t('walk_column_step'), t('walk_column_merge'), t('walk_column_rank'), t('walk_column_tokens')],
				rows: rowsOf(answer).map(({sentence, tokens, rank}, i) => [
					count(i),
					sentence,
					rank,
					tokens.map(visibleToken).join(' | '),
				]),
			})}
		>
			<Steps
				at={at}
				last={last}
				onStep={to => {
					step.value = to === last ? '' : String(to);
				}}
			/>
			<Rows answer={answer} at={at} />
		</Figure>
	);
}

interface Row {
	tokens: readonly Token[];
	sentence: string;
	rank: string;
	merged: number | null;
}

/** The word before the first merge and after each. */
const rowsOf = ({start, steps, merges}: ReplayAnswer): Row[] => [
	{tokens: start, sentence: t('walk_tokens_start'), rank: '', merged: null},
	...steps.map(({left, right, merged, rank, tokens}) => ({
		tokens,
		sentence: t('walk_tokens_merge', visibleToken(left), visibleToken(right), count(rank + 1), count(merges)),
		rank: count(rank + 1),
		merged: merged.id,
	})),
];

function Rows({answer, at}: {answer: ReplayAnswer; at: number}) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const rows = rowsOf(answer);
	const boxes = (tokens: readonly Token[]) => {
		let x = 0;
		return tokens.map(token => {
			const label = visibleToken(token);
			const box = {token, label, x, width: monoWidth(label) + 2 * PADDING};
			x += box.width + GAP;
			return box;
		});
	};
	const widest = Math.max(...rows.map(({tokens}) => boxes(tokens).reduce((sum, box) => sum + box.width + GAP, 0)));
	const isWide = widest + SIDE <= width;
	const height = isWide ? ROW : ROW + 16;
	const scale = Math.min(1, width / widest);
	return (
		<div ref={ref} class="flow">
			<Picture width={width} height={rows.length * height} label={rows[at].sentence}>
				{rows.map(({tokens, sentence, merged}, i) => (
					<g key={i} transform={`translate(0, ${i * height})`} class={i <= at ? 'merge-row' : 'merge-row later'}>
						<g transform={`scale(${scale.toFixed(3)})`}>
							{boxes(tokens).map((box, b) => (
								<g key={b} transform={`translate(${box.x.toFixed(1)}, 0)`}>
									<rect
										class={box.token.id === merged ? 'ground even chosen' : 'ground plain'}
										x={0.5}
										y={0.5}
										width={box.width - 1}
										height={25}
										rx={4}
									/>
									<text class="mono" x={PADDING} y={17.5}>
										{box.label}
									</text>
								</g>
							))}
						</g>
						<text class="note" x={isWide ? widest + 12 : 0} y={isWide ? 17 : 40}>
							{sentence}
						</text>
					</g>
				))}
			</Picture>
		</div>
	);
}
