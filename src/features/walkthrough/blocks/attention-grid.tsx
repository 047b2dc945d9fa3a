import {batch, useSignal} from '@preact/signals';
import {useMemo} from 'preact/hooks';
import {enumeration, t} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {AttentionAnswer} from '../../../protocol/questions/attention.ts';
import {MAX_ATTENTION} from '../../../protocol/questions/attention.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {monoWidth, shortened} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count, percent} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';
import {Waiting} from '../shared/prose.tsx';
import {useLast} from '../shared/use-last.ts';
import {promptOf, type Walk} from '../state/walk.ts';
import {headOf, type Looked, positionOf} from './chosen.ts';
import {GridArea} from './grid-area.tsx';
import {HeadLabels} from './head-labels.tsx';
import {clearestHead, Heads} from './heads.tsx';
import {Mix} from './mix.tsx';
import {PartsOff} from './parts-off.tsx';
import './heads.css';

/** Labels of this many rows can still be read. */
const LABELLED = 24;
/** The sine of 45 degrees. */
const SLANT = Math.SQRT1_2;

interface Props {
	walk: Walk;
	layers: number;
	heads: number;
}

/** Where one head of one block looks, from every position. */
export function AttentionGrid({walk, layers, heads}: Props) {
	const block = walk.address.value('vector', 'attention', '');
	const head = walk.address.value('vector', 'head', '');
	const prompt = promptOf(walk.text.value);
	const {body} = walk;
	const engine = body.engine.value;
	const askedAll = useQuery(engine, 'heads', {prompt});
	const all = useLast(askedAll.answer, walk.text.value);
	const isChosen = block.value !== '' || head.value !== '';
	const looked = headOf(walk.address, {layers, heads}, all ? clearestHead(all) : undefined);
	const {block: b, head: h} = looked;
	// Until all heads are known, there is nothing to look at unless the reader has chosen it.
	const waits = !all && !isChosen && !askedAll.error;
	const asked = useQuery(engine, 'attention', waits ? null : {prompt, block: b - 1, head: h - 1});
	// What is still shown while another head is asked about is named by the head it is of.
	const answer = useLast(asked.answer && {...asked.answer, ...looked}, walk.text.value);
	const labels = useLast(useQuery(engine, 'headLabels', all ? {prompt} : null).answer, walk.text.value);
	const does = all?.blocks[b - 1]?.[h - 1];
	const row = walk.address.value('vector', 'row', '');
	const at = answer ? positionOf(walk.address, answer.tokens.length) : 0;
	const askedMix = useQuery(engine, 'mix', answer ? {prompt, block: b - 1, head: h - 1, position: at} : null);
	const mix = useLast(askedMix.answer && {...askedMix.answer, ...looked}, walk.text.value);
	const look = (toBlock: number, toHead: number) => {
		batch(() => {
			block.value = String(toBlock);
			head.value = String(toHead);
		});
	};
	const chooseRow = (to: number) => {
		row.value = answer && to === answer.tokens.length - 1 ? '' : String(to + 1);
	};
	const select = (label: string, shown: number, names: readonly string[], choose: (value: number) => void) => (
		<label>
			{label}{' '}
			<select class="field" value={String(shown)} onChange={event => choose(Number(event.currentTarget.value))}>
				{names.map((name, i) => (
					<option key={i} value={String(i + 1)}>
						{name}
					</option>
				))}
			</select>
		</label>
	);
	const numbers = (most: number) => Array.from({length: most}, (_, i) => count(i + 1));
	return (
		<>
			{all ? <Heads answer={all} looked={looked} onLook={look} body={body} /> : <Waiting {...askedAll} />}
			<PartsOff walk={walk} layers={layers} heads={heads} />
			<h2>{t('walk_does_title')}</h2>
			<div class="controls">
				{select(t('walk_vector_choose_block'), b, numbers(layers), to => look(to, h))}
				{select(t('walk_vector_choose_head'), h, numbers(heads), to => look(b, to))}
			</div>
			{does && (
				<p role="status">
					{does.pattern === 'spread'
						? t('walk_vector_head_spreads', {block: count(b), head: count(h), share: percent(does.share, 2)})
						: t('walk_vector_head_does', {
								block: count(b),
								head: count(h),
								pattern: t(`walk_head_${does.pattern}`),
								share: percent(does.share, 2),
							})}
				</p>
			)}
			{labels && <HeadLabels answer={labels} looked={looked} />}
			{answer ? <Grid answer={answer} at={at} onChoose={chooseRow} /> : <Waiting {...asked} />}
			{answer && (
				<>
					<h2>{t('walk_mix_title')}</h2>
					<p>{t('walk_mix_text')}</p>
					<div class="controls">
						{select(
							t('walk_mix_at'),
							at + 1,
							answer.tokens.map((token, i) =>
								t('walk_mix_position', {index: count(i + 1), token: visibleToken(token)}),
							),
							to => chooseRow(to - 1),
						)}
					</div>
					{mix ? <Mix answer={mix} /> : <Waiting {...askedMix} />}
				</>
			)}
		</>
	);
}

interface GridProps {
	answer: AttentionAnswer & Looked;
	/** The row that was chosen. */
	at: number;
	onChoose(row: number): void;
}

function Grid({answer: {tokens, weights, block, head}, at, onChoose}: GridProps) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const looked = useSignal<{row: number; column: number} | null>(null);
	const labels = tokens.length <= LABELLED ? tokens.map(token => shortened(visibleToken(token), 14)) : null;
	const left = labels ? Math.max(...labels.map(monoWidth)) + 8 : 0;
	// The columns' names stand aslant above them, and the last one reaches beyond its column.
	const slant = labels ? Math.max(...labels.map(monoWidth)) * SLANT : 0;
	const top = labels ? slant + 12 : 0;
	const cell = Math.max(2, Math.min(30, (width - left - slant) / tokens.length));
	const row = Math.min(looked.value?.row ?? at, tokens.length - 1);
	const strongest = (of: number) => weights[of].indexOf(Math.max(...weights[of]));
	const column = looked.value && looked.value.column <= row ? looked.value.column : strongest(row);
	const told = (of: number, at: number) =>
		t('walk_vector_looks', {
			from: quoted(visibleToken(tokens[of])),
			to: quoted(visibleToken(tokens[at])),
			weight: percent(weights[of][at]),
		});
	const title = t('walk_vector_attention_figure', {block: count(block), head: count(head)});
	const cells = useMemo(
		() =>
			weights.flatMap((list, i) =>
				list.map((weight, j) => (
					<rect
						key={`${i} ${j}`}
						class="up"
						x={left + j * cell}
						y={i * cell}
						width={Math.max(1, cell - (cell > 6 ? 1 : 0))}
						height={Math.max(1, cell - (cell > 6 ? 1 : 0))}
						fill-opacity={weight.toFixed(3)}
					/>
				)),
			),
		[weights, cell, left],
	);
	return (
		<Figure
			name={`attention-${block}-${head}`}
			title={title}
			numbers={() => ({
				columns: [t('walk_column_position'), t('walk_column_token'), t('walk_column_looks')],
				rows: weights.map((list, i) => [
					count(i + 1),
					visibleToken(tokens[i]),
					enumeration(
						list
							.map((weight, j) => ({weight, j}))
							.sort((a, b) => b.weight - a.weight)
							.slice(0, 5)
							.map(({weight, j}) =>
								t('walk_token_share', {row: visibleToken(tokens[j]), probability: percent(weight)}),
							),
					),
				]),
			})}
			csv={() => [
				['position', 'token', 'looks_at_position', 'looks_at_token', 'share'],
				...weights.flatMap((list, i) =>
					list.map((weight, j) => [i + 1, visibleToken(tokens[i]), j + 1, visibleToken(tokens[j]), weight]),
				),
			]}
		>
			<div ref={ref}>
				<Picture width={width} height={top + tokens.length * cell + 2} label={title} interactive>
					<g transform={`translate(0, ${top})`}>
						{labels?.map((label, i) => (
							<text
								key={`column ${i}`}
								class={i === column ? 'mono target' : 'mono'}
								transform={`translate(${left + (i + 0.5) * cell + 3}, -5) rotate(-45)`}
							>
								{label}
							</text>
						))}
						{labels?.map((label, i) => (
							<text
								key={i}
								class={i === row ? 'mono target' : 'mono'}
								x={left - 6}
								y={i * cell + cell / 2 + 4}
								text-anchor="end"
							>
								{label}
							</text>
						))}
						<GridArea
							x={left}
							cell={cell}
							size={tokens.length}
							row={row}
							column={column}
							label={title}
							spoken={told(row, column)}
							onLook={(row, column) => {
								looked.value = {row, column};
							}}
							onChoose={onChoose}
						>
							{cells}
						</GridArea>
					</g>
				</Picture>
			</div>
			<p class="readout">{told(row, column)}</p>
			{tokens.length === MAX_ATTENTION && (
				<p class="readout">{t('walk_vector_attention_first', {maxAttention: count(MAX_ATTENTION)})}</p>
			)}
		</Figure>
	);
}
