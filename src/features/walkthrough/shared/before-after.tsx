import {t} from '../../../client/browser/i18n.ts';
import type {ChangedAnswer, ChangedClass} from '../../../protocol/questions/intervene.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {fitting} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count, decimal, percent, signed} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from './class-list.tsx';

const ROW = 25;
const TOP = 24;
const AXIS = 74;
const PERCENT = 54;
/** Where there is less, the lines between the lists are shorter. */
const ROOMY = 480;

interface Props {
	answer: ChangedAnswer;
	/** The class that is followed comes first among those that were asked for, the one it is measured against second. */
	sides: readonly [before: string, after: string];
	/** Of the file that the figure is saved as. */
	name: string;
}

type Side = 'before' | 'after';

/** The answer about the class that moves most, measured against the one that moves most the other way. */
export function withMostMoved(answer: ChangedAnswer): ChangedAnswer {
	const rows = [...new Map(answer.first.flat().map(row => [row.id, row])).values()];
	const change = ({before, after}: (typeof rows)[number]) => after.probability - before.probability;
	const [chosen] = [...rows].sort((a, b) => Math.abs(change(b)) - Math.abs(change(a)));
	const [against] = rows
		.filter(row => change(row) * change(chosen) < 0)
		.sort((a, b) => Math.abs(change(b)) - Math.abs(change(a)));
	return {...answer, asked: against ? [chosen, against] : [chosen]};
}

/** The classes in the whole body and in the changed one: two ranked lists, and lines between the same classes. */
export function BeforeAfter({answer, sides, name}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const {asked, first} = answer;
	const [chosen, against] = asked;
	const shown = first[0].length;
	/** For the lines. */
	const between = width < ROOMY ? 26 : 64;
	const column = (width - between) / 2;
	const y = (rank: number) => TOP + (rank - 0.5) * ROW;
	const most = Math.max(first[0][0].before.probability, first[1][0].after.probability);
	const tone = ({id}: ChangedClass) => (id === chosen.id ? 'up' : id === against?.id ? 'down' : 'rest-class');
	const all = [...new Map([...asked, ...first[0], ...first[1]].map(row => [row.id, row])).values()];
	const lines = all.filter(row => row.before.rank <= shown || row.after.rank <= shown);
	const at = (row: ChangedClass, of: Side) => (row[of].rank <= shown ? y(row[of].rank) : TOP + shown * ROW + 6);
	const difference = against && {
		before: chosen.before.logit - against.before.logit,
		after: chosen.after.logit - against.after.logit,
	};
	const title = t(
		chosen.after.probability < chosen.before.probability
			? 'walk_off_falls'
			: chosen.after.probability > chosen.before.probability
				? 'walk_off_rises'
				: 'walk_off_stays',
		{
			chosen: quoted(visibleToken(chosen)),
			before: percent(chosen.before.probability),
			after: percent(chosen.after.probability),
		},
	);
	const listTop = TOP + shown * ROW + 14;
	return (
		<Figure
			name={name}
			title={title}
			numbers={() => ({
				columns: [
					t('walk_column_token'),
					t('walk_off_rank_before'),
					t('walk_off_share_before'),
					t('walk_off_logit_before'),
					t('walk_off_rank_after'),
					t('walk_off_share_after'),
					t('walk_off_logit_after'),
				],
				rows: all.map(({before, after, ...token}) => [
					visibleToken(token),
					...[before, after].flatMap(({rank, probability, logit}) => [
						count(rank),
						percent(probability),
						decimal(logit, 3),
					]),
				]),
			})}
			csv={() => [
				[
					'class',
					'id',
					'rank_before',
					'probability_before',
					'logit_before',
					'rank_after',
					'probability_after',
					'logit_after',
				],
				...all.map(({before, after, ...token}) => [
					visibleToken(token),
					token.id,
					...[before, after].flatMap(({rank, probability, logit}) => [rank, probability, logit]),
				]),
			]}
		>
			<div ref={ref}>
				<Picture width={width} height={listTop + (difference ? AXIS : 0)} label={title}>
					{(['before', 'after'] as const).map((of, s) => (
						<g key={of} transform={`translate(${s * (column + between)}, 0)`}>
							<text class="quiet-text" x={22} y={14}>
								{sides[s]}
							</text>
							{first[s].map((row, i) => (
								<g key={row.id} transform={`translate(0, ${TOP + i * ROW})`}>
									<text class="note" x={14} y={17} text-anchor="end">
										{count(i + 1)}
									</text>
									<rect
										class={tone(row)}
										x={20}
										y={3}
										width={Math.max(2, ((column - 20 - PERCENT) * row[of].probability) / most)}
										height={ROW - 6}
										rx={3}
										fill-opacity={0.35}
									/>
									<text class={row.id === chosen.id ? 'mono target' : 'mono'} x={26} y={17}>
										{fitting(visibleToken(row), column - 26 - PERCENT)}
									</text>
									<text class="numbers-text" x={column - 4} y={17} text-anchor="end">
										{percent(row[of].probability)}
									</text>
								</g>
							))}
						</g>
					))}
					{lines.map(row => (
						<line
							key={row.id}
							class={`slope ${tone(row)}`}
							x1={column + 4}
							y1={at(row, 'before')}
							x2={column + between - 2}
							y2={at(row, 'after')}
							stroke-dasharray={row.before.rank > shown || row.after.rank > shown ? '2 3' : undefined}
						/>
					))}
					{difference && (
						<LogitAxis
							y={listTop}
							width={width}
							names={[visibleToken(chosen), visibleToken(against)]}
							{...difference}
						/>
					)}
				</Picture>
			</div>
			{difference && (
				<p class="readout numbers">
					{t('walk_off_difference', {
						chosen: quoted(visibleToken(chosen)),
						against: quoted(visibleToken(against)),
						before: signed(difference.before),
						after: signed(difference.after),
					})}
				</p>
			)}
			<p class="readout numbers">{t('walk_off_moved', {moved: percent(answer.moved)})}</p>
		</Figure>
	);
}

interface AxisProps {
	y: number;
	width: number;
	names: readonly [chosen: string, against: string];
	before: number;
	after: number;
}

/** How far one class is ahead of another in logits: outlined in the whole body, filled now. */
function LogitAxis({y, width, names, before, after}: AxisProps) {
	const most = Math.max(Math.abs(before), Math.abs(after), 0.1) * 1.25;
	const x = (value: number) => width / 2 + ((width / 2 - 60) * value) / most;
	const middle = 36;
	return (
		<g transform={`translate(0, ${y})`}>
			<line class="axis" x1={40} x2={width - 40} y1={middle} y2={middle} />
			<line class="axis strong" x1={x(0)} x2={x(0)} y1={middle - 8} y2={middle + 8} />
			<line
				class={`slope ${after < 0 ? 'down' : 'up'}`}
				x1={x(0)}
				x2={x(after)}
				y1={middle}
				y2={middle}
				stroke-width={4}
			/>
			<circle class="hollow" cx={x(before)} cy={middle} r={6} />
			<circle class={after < 0 ? 'down' : 'up'} cx={x(after)} cy={middle} r={6} />
			<text class="numbers-text" x={x(before)} y={middle - 14} text-anchor="middle">
				{signed(before)}
			</text>
			<text
				class="numbers-text target"
				x={x(after)}
				y={middle + (Math.abs(x(after) - x(before)) < 50 ? 26 : -14)}
				text-anchor="middle"
			>
				{signed(after)}
			</text>
			<text class="mono small-mono" x={0} y={middle + 28}>{`← ${names[1]}`}</text>
			<text class="mono small-mono" x={width} y={middle + 28} text-anchor="end">{`${names[0]} →`}</text>
		</g>
	);
}
