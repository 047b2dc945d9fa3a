import type {Signal} from '@preact/signals';
import {t, tn} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {ReplayAnswer} from '../../../protocol/questions/tokenize.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {flow, monoWidth} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {Waiting} from '../shared/prose.tsx';
import {Steps} from '../shared/steps.tsx';
import type {Walk} from '../state/walk.ts';

const ROW = 34;
/** Of boxes, where they take several. */
const LINE = 29;
const PADDING = 6;
const GAP = 3;
/** Where the description of a merge is put: beside the boxes where there is room, else under them. */
const SIDE = 230;

interface Props {
	walk: Walk;
	word: string;
	/** How many merges are shown; '' for none yet. */
	step: Signal<string>;
}

/** Byte-pair encoding of one word, a merge a step. */
export function WordReplay({walk, word, step}: Props) {
	const asked = useQuery(walk.engine, 'replay', {word});
	const {answer} = asked;
	if (!answer) return <Waiting {...asked} />;
	const last = answer.steps.length;
	const at = /^\d{1,3}$/.test(step.value) ? Math.min(Number(step.value), last) : 0;
	const merged = answer.steps.at(-1)?.tokens ?? answer.start;
	return (
		<Figure
			name="merges"
			title={tn('walk_tokens_replay', merged.length, {of: tn('walk_tokens_bytes_of', answer.start.length)})}
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
					step.value = to === 0 ? '' : String(to);
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
		sentence: t('walk_tokens_merge', {
			left: visibleToken(left),
			right: visibleToken(right),
			rank: count(rank + 1),
			merges: count(merges),
		}),
		rank: count(rank + 1),
		merged: merged.id,
	})),
];

function Rows({answer, at}: {answer: ReplayAnswer; at: number}) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const rows = rowsOf(answer);
	const widths = (tokens: readonly Token[]) => tokens.map(token => monoWidth(visibleToken(token)) + 2 * PADDING);
	const widest = Math.max(...rows.map(({tokens}) => widths(tokens).reduce((sum, box) => sum + box + GAP, 0)));
	const isWide = widest + SIDE <= width;
	// Many bytes on a narrow page take several lines.
	let y = 0;
	const laid = rows.map(row => {
		const boxes = widths(row.tokens);
		const places = flow(boxes, width, GAP).map((place, b) => ({...place, width: boxes[b], token: row.tokens[b]}));
		const top = y;
		const lines = 1 + (places.at(-1)?.row ?? 0);
		y += lines * LINE + (isWide ? ROW - LINE : ROW - LINE + 16);
		return {...row, places, top, under: lines * LINE};
	});
	return (
		<div ref={ref} class="flow">
			<Picture width={width} height={y} label={rows[at].sentence}>
				{laid.map(({places, sentence, merged, top, under}, i) => (
					<g key={i} transform={`translate(0, ${top})`} class={i <= at ? 'merge-row' : 'merge-row later'}>
						{places.map((box, b) => (
							<g key={b} transform={`translate(${box.x.toFixed(1)}, ${box.row * LINE})`}>
								<rect
									class={box.token.id === merged ? 'ground even chosen' : 'ground plain'}
									x={0.5}
									y={0.5}
									width={box.width - 1}
									height={25}
									rx={4}
								/>
								<text class="mono" x={PADDING} y={17.5}>
									{visibleToken(box.token)}
								</text>
							</g>
						))}
						<text class="note" x={isWide ? widest + 12 : 0} y={isWide ? 17 : under + 11}>
							{sentence}
						</text>
					</g>
				))}
			</Picture>
		</div>
	);
}
