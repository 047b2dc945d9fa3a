import {useSignal} from '@preact/signals';
import {enumeration, t} from '../../../client/browser/i18n.ts';
import type {ScoredToken} from '../../../protocol/questions/score.ts';
import type {StoredModel} from '../../../protocol/values/models.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {fitting, monoWidth, shortened} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {bits, count, decimal, ordinal, percent} from '../../../ui/format.ts';
import {roving} from '../../../ui/roving.ts';
import {surprisalBits} from '../../../ui/tokens/log-prob.ts';
import {isolate, spokenToken, visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';
import {lookable} from '../shared/pressable.ts';

/** A model and the tokens of the text as it scores them. */
interface Column {
	model: StoredModel;
	tokens: readonly ScoredToken[];
}

const MOST = 24;
const ROW = 24;
const HEAD = 40;
const LONGEST = 14;
const GAP = 6;
/** Bits at which a cell has its full colour. */
const FULL_BITS = 16;

const haveSame = (a: readonly ScoredToken[], b: readonly ScoredToken[]) =>
	a.length === b.length && a.every(({start, end}, i) => start === b[i].start && end === b[i].end);

/** Without what all names begin with: `step1000` of `EleutherAI/pythia-70m@step1000` beside its like. */
function shortNames(columns: readonly Column[]): string[] {
	const names = columns.map(({model}) => model.name.split('@'));
	const isOne = names.every(([repo, revision]) => repo === names[0][0] && revision !== undefined);
	return names.map(parts => (isOne ? parts[1] : parts.join('@')));
}

const meanBits = (tokens: readonly ScoredToken[]) =>
	tokens.reduce((sum, token) => sum + surprisalBits(token), 0) / tokens.length;

/** One text token by token, a column for each model: how much each was surprised. */
export function SideBySide({columns: all}: {columns: readonly Column[]}) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const at = useSignal(0);
	const [{tokens}] = all;
	const columns = all.filter(column => haveSame(column.tokens, tokens));
	const others = all.filter(column => !columns.includes(column));
	const names = shortNames(columns);
	const shown = tokens.slice(0, MOST);
	const row = Math.min(at.value, shown.length - 1);
	const left = Math.max(...shown.map(token => monoWidth(shortened(visibleToken(token), LONGEST)))) + 12;
	const cell = Math.max(36, (width - left) / columns.length);
	const means = columns.map(column => meanBits(column.tokens));
	const title = t('walk_learning_figure', {
		names: enumeration(names.map((name, i) => t('walk_learning_mean', {name, means: bits(means[i])}))),
	});
	const told = (i: number, column: number) => {
		const token = columns[column].tokens[i];
		const [first] = token.top;
		return t('walk_learning_told', {
			names: names[column],
			token: bits(surprisalBits(token)),
			rank: ordinal(token.rank),
			first: first ? quoted(visibleToken(first)) : '–',
			probability: percent(first?.probability ?? 0),
		});
	};
	return (
		<>
			<Figure
				name="learning"
				title={title}
				numbers={() => ({
					columns: [t('walk_column_token'), ...names],
					rows: shown.map((token, i) => [
						visibleToken(token),
						...columns.map(column => bits(surprisalBits(column.tokens[i]))),
					]),
				})}
				csv={() => [
					['start', 'end', 'token', 'model', 'bits', 'rank', 'first_class'],
					...columns.flatMap(({model, tokens}) =>
						tokens.map(token => [
							token.start,
							token.end,
							visibleToken(token),
							model.id,
							surprisalBits(token),
							token.rank,
							token.top[0] ? visibleToken(token.top[0]) : '',
						]),
					),
				]}
			>
				<div ref={ref} {...roving('vertical')}>
					<Picture width={width} height={HEAD + shown.length * ROW} label={title} interactive>
						{names.map((name, c) => (
							<g key={name} transform={`translate(${left + c * cell}, 0)`}>
								<text class="mono" x={0} y={13}>
									{fitting(name, cell - GAP)}
								</text>
								<text class="quiet-text" x={0} y={30}>
									{bits(means[c])}
								</text>
							</g>
						))}
						{shown.map((token, i) => (
							<g
								key={i}
								class="pressable"
								transform={`translate(0, ${HEAD + i * ROW})`}
								{...lookable(() => {
									at.value = i;
								}, i === row)}
								aria-label={`${isolate(spokenToken(token))} ${columns.map((_, c) => told(i, c)).join(' ')}`}
							>
								<rect class="hit" width={width} height={ROW} />
								<text class={i === row ? 'mono target' : 'mono'} x={0} y={16}>
									{shortened(visibleToken(token), LONGEST)}
								</text>
								{columns.map(({model, tokens}, c) => {
									const surprise = surprisalBits(tokens[i]);
									return (
										<g key={model.id} transform={`translate(${left + c * cell}, 0)`}>
											<rect
												class="ground loss"
												y={1}
												width={cell - GAP}
												height={ROW - 3}
												rx={3}
												fill-opacity={Math.min(1, surprise / FULL_BITS) * 0.6}
											/>
											<text class="numbers-text" x={cell - GAP - 6} y={16} text-anchor="end">
												{decimal(surprise, 1)}
											</text>
										</g>
									);
								})}
							</g>
						))}
					</Picture>
				</div>
				<p class="readout">{quoted(visibleToken(shown[row]))}</p>
				{columns.map(({model}, c) => (
					<p key={model.id} class="readout">
						{told(row, c)}
					</p>
				))}
				{shown.length < tokens.length && (
					<p class="readout">{t('walk_learning_first', {shown: count(shown.length), tokens: count(tokens.length)})}</p>
				)}
			</Figure>
			{others.map(({model}) => (
				<p key={model.id} class="small" role="status">
					{t('walk_learning_other_tokens', {name: model.name, other: columns[0].model.name})}
				</p>
			))}
		</>
	);
}
