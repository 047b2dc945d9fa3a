import {useSignal} from '@preact/signals';
import {useMemo} from 'preact/hooks';
import {t} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {StreamsAnswer} from '../../../protocol/questions/streams.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {fitting, monoWidth} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count, decimal} from '../../../ui/format.ts';
import {roving} from '../../../ui/roving.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {Cells} from '../shared/cells.tsx';
import {quoted} from '../shared/class-list.tsx';
import {fullColour} from '../shared/full-colour.ts';
import {lookable} from '../shared/pressable.ts';
import {Waiting} from '../shared/prose.tsx';
import {useLast} from '../shared/use-last.ts';
import {promptOf, type Walk} from '../state/walk.ts';
import {blockOf} from './chosen.ts';

const TOP = 20;
const ROW = 24;
const GAP = 12;

/** What enters the block that is looked at, and what leaves it, at every one of the last positions. */
export function Streams({walk, layers}: {walk: Walk; layers: number}) {
	const block = blockOf(walk.address, layers);
	const asked = useQuery(walk.body.engine.value, 'streams', {prompt: promptOf(walk.text.value), block});
	const answer = useLast(asked.answer && {...asked.answer, block}, walk.text.value);
	return answer ? <Vectors answer={answer} /> : <Waiting {...asked} />;
}

const lengthOf = (vector: readonly number[]) => Math.hypot(...vector);

function Vectors({answer}: {answer: StreamsAnswer & {block: number}}) {
	const {tokens, first, before, after, block} = answer;
	const [ref, width] = useWidth<HTMLDivElement>();
	const looked = useSignal(tokens.length - 1);
	const at = Math.min(looked.value, tokens.length - 1);
	const full = useMemo(() => fullColour([...(before ?? []), ...after].flat()), [before, after]);
	const labels = tokens.map(token => visibleToken(token));
	const left = Math.min(width * 0.24, Math.max(...labels.map(monoWidth)) + 12);
	const columns = before ? 2 : 1;
	const strip = (width - left - (columns - 1) * GAP) / columns;
	const title = before ? t('walk_streams_figure', {block: count(block)}) : t('walk_streams_embedding');
	const lengths = tokens.map((_, i) => ({
		before: before && lengthOf(before[i]),
		after: lengthOf(after[i]),
		added: before && lengthOf(after[i].map((value, d) => value - before[i][d])),
	}));
	const told = (i: number) => {
		const {before, after, added} = lengths[i];
		return before === null || added === null
			? t('walk_streams_told_embedding', {labels: quoted(labels[i]), after: decimal(after, 1)})
			: t('walk_streams_told', {
					labels: quoted(labels[i]),
					before: decimal(before, 1),
					after: decimal(after, 1),
					added: decimal(added, 1),
				});
	};
	const dash = (value: number | null) => (value === null ? '–' : decimal(value, 3));
	return (
		<Figure
			name={`block-${block}-vectors`}
			title={title}
			numbers={() => ({
				columns: [
					t('walk_column_position'),
					t('walk_column_token'),
					t('walk_column_length_in'),
					t('walk_column_length_out'),
					t('walk_column_length_added'),
				],
				rows: lengths.map(({before, after, added}, i) => [
					count(first + i + 1),
					labels[i],
					dash(before),
					dash(after),
					dash(added),
				]),
			})}
			csv={() => [
				['position', 'token', 'where', ...after[0].map((_, d) => d + 1)],
				...tokens.flatMap((token, i) => [
					...(before ? [[first + i + 1, visibleToken(token), 'in', ...before[i]]] : []),
					[first + i + 1, visibleToken(token), 'out', ...after[i]],
				]),
			]}
		>
			<div ref={ref} {...roving('both')}>
				<Picture width={width} height={TOP + tokens.length * ROW} label={title} interactive>
					{before && (
						<text class="quiet-text" x={left} y={13}>
							{t('walk_streams_enters', {after: count(after[0].length)})}
						</text>
					)}
					<text class="quiet-text" x={left + (columns - 1) * (strip + GAP)} y={13}>
						{t(before ? 'walk_streams_leaves' : 'walk_streams_plain', {after: count(after[0].length)})}
					</text>
					{tokens.map((_, i) => (
						<g
							key={i}
							class="pressable"
							transform={`translate(0, ${TOP + i * ROW})`}
							aria-label={told(i)}
							{...lookable(() => {
								looked.value = i;
							}, i === at)}
						>
							<rect class="hit" width={width} height={ROW} />
							<text class={i === at ? 'mono target' : 'mono'} x={0} y={16}>
								{fitting(labels[i], left - 8)}
							</text>
							{before && <Cells values={before[i]} full={full} x={left} y={3} width={strip} height={ROW - 6} />}
							<Cells
								values={after[i]}
								full={full}
								x={left + (columns - 1) * (strip + GAP)}
								y={3}
								width={strip}
								height={ROW - 6}
							/>
						</g>
					))}
				</Picture>
			</div>
			<p class="readout">{told(at)}</p>
			{first > 0 && <p class="readout">{t('walk_streams_last', {tokens: count(tokens.length)})}</p>}
		</Figure>
	);
}
