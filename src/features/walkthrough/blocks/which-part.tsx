import {useSignal} from '@preact/signals';
import {t, tn} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import {type AblatedPart, addsOf} from '../../../protocol/questions/ablations.ts';
import type {AttributionAnswer} from '../../../protocol/questions/attribution.ts';
import type {Params} from '../../../protocol/questions.ts';
import type {Fill} from '../../../protocol/values/changes.ts';
import {partName} from '../../../protocol/values/part-names.ts';
import {Segmented} from '../../../ui/components/segmented.tsx';
import {Figure} from '../../../ui/figures/figure.tsx';
import {count, decimal, signed} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';
import {Counted} from '../shared/counted.tsx';
import {EffectGrid} from '../shared/effect-grid.tsx';
import {partLabel} from '../shared/part-label.ts';
import {Waiting} from '../shared/prose.tsx';
import {useStream} from '../shared/use-stream.ts';
import {promptOf, type Walk} from '../state/walk.ts';

type Measure = Pick<Params<'parts'>, 'chosen' | 'against'>;

interface Props {
	walk: Walk;
	measure: Measure;
	layers: number;
	heads: number;
}

/** What every part adds, each switched off in turn: on request, since it is a forward pass for each. */
export function WhichPart({walk, measure, layers, heads}: Props) {
	const wanted = walk.address.value('vector', 'parts', '');
	const parts = layers * (heads + 1);
	if (wanted.value !== 'each') {
		return (
			<p>
				<button
					type="button"
					class="button go"
					onClick={() => {
						wanted.value = 'each';
					}}
				>
					{tn('walk_parts_start', parts)}
				</button>
			</p>
		);
	}
	return (
		<Running
			walk={walk}
			question={{prompt: promptOf(walk.text.value), ...measure, fill: walk.body.fill.value}}
			layers={layers}
			heads={heads}
			onStop={() => {
				wanted.value = '';
			}}
		/>
	);
}

interface RunningProps {
	walk: Walk;
	question: Params<'parts'>;
	layers: number;
	heads: number;
	onStop(): void;
}

function Running({walk, question, layers, heads, onStop}: RunningProps) {
	const {answer, events, running, progress, error, retry} = useStream(walk.engine, 'parts', question);
	const {prompt, chosen, against} = question;
	const direct = useQuery(walk.engine, 'attribution', error ? null : {prompt, chosen, against});
	const last = events.at(-1);
	if (error || !last) return <Waiting progress={progress} error={error} retry={retry} />;
	const known = answer?.parts ?? events.map(({part}) => part);
	return (
		<>
			<Grid
				walk={walk}
				parts={known}
				whole={last.whole}
				direct={direct.answer}
				names={answer && [answer.chosen, answer.against]}
				fill={question.fill}
				layers={layers}
				heads={heads}
			/>
			{running && <Counted text={tn('walk_parts_progress', last.total, {done: count(last.done)})} onStop={onStop} />}
		</>
	);
}

interface GridProps {
	walk: Walk;
	parts: readonly AblatedPart[];
	whole: number;
	direct: AttributionAnswer | null;
	names: readonly [Parameters<typeof visibleToken>[0], Parameters<typeof visibleToken>[0] | null] | null;
	fill: Fill;
	layers: number;
	heads: number;
}

/** Blocks by heads and feed-forward; a cell that is pressed switches its part off in the picture above. */
function Grid({walk, parts, whole, direct, names, fill, layers, heads}: GridProps) {
	const shows = useSignal<'each' | 'direct'>('each');
	const known = new Map(parts.map(part => [partName(part), addsOf(part, whole)]));
	const directly = (block: number, part: number | 'mlp') => {
		const of = direct?.blocks[block];
		return of === undefined ? null : typeof part === 'number' ? of.heads[part] : of.mlp;
	};
	const columns = [...Array.from({length: heads}, (_, i) => i), 'mlp' as const];
	const cells = Array.from({length: layers}, (_, block) =>
		columns.map(part => ({
			block,
			part,
			adds: known.get(partName({block, part})) ?? null,
			direct: directly(block, part),
		})),
	);
	const flat = cells.flat();
	const full = Math.max(1e-9, ...flat.flatMap(({adds, direct}) => [Math.abs(adds ?? 0), Math.abs(direct ?? 0)]));
	const number = (value: number | null, digits = 2) => (value === null ? '' : signed(value, digits));
	const title = names
		? names[1]
			? t('walk_parts_figure_two', {
					chosen: quoted(visibleToken(names[0])),
					against: quoted(visibleToken(names[1])),
					whole: signed(whole),
				})
			: t('walk_parts_figure', {names: quoted(visibleToken(names[0])), whole: decimal(whole)})
		: t('walk_parts_title');
	const apart = flat
		.filter((one): one is typeof one & {adds: number; direct: number} => one.adds !== null && one.direct !== null)
		.sort((a, b) => Math.abs(b.adds - b.direct) - Math.abs(a.adds - a.direct))[0];
	return (
		<Figure
			name="which-part"
			title={title}
			numbers={() => ({
				columns: [t('walk_parts_part'), t('walk_parts_each'), t('walk_parts_direct')],
				rows: [
					...flat.map(one => [partLabel(one), number(one.adds, 4), number(one.direct, 4)]),
					...(direct
						? [
								[t('walk_parts_embedding'), '', signed(direct.embedding, 4)],
								[
									t('walk_parts_biases'),
									'',
									signed(
										direct.blocks.reduce((sum, {bias}) => sum + bias, 0),
										4,
									),
								],
								[t('walk_parts_constant'), '', signed(direct.constant, 4)],
								[t('walk_parts_rounding'), '', signed(direct.rounding, 4)],
								[t('walk_parts_sum'), '', signed(direct.logit, 4)],
							]
						: []),
				],
			})}
			csv={() => [
				['part', 'adds_when_switched_off', 'adds_directly', 'fill'],
				...flat.map(one => [partName(one), one.adds ?? '', one.direct ?? '', fill]),
				...(direct
					? [
							['embedding', '', direct.embedding, ''],
							...direct.blocks.map(({bias}, block) => [`bias.${block + 1}`, '', bias, '']),
							['constant', '', direct.constant, ''],
							['rounding', '', direct.rounding, ''],
						]
					: []),
			]}
		>
			<div class="controls">
				<Segmented
					label={t('walk_parts_shows')}
					value={shows.value}
					options={[
						{value: 'each', label: t('walk_parts_each')},
						{value: 'direct', label: t('walk_parts_direct')},
					]}
					onChange={value => {
						shows.value = value;
					}}
				/>
			</div>
			<EffectGrid
				label={title}
				columns={columns.map(part => (part === 'mlp' ? t('walk_part_mlp_word') : count(part + 1)))}
				rows={cells.map((row, block) => ({
					name: count(block + 1),
					cells: row.map(one => {
						const value = shows.value === 'each' ? one.adds : one.direct;
						return {
							value,
							text: number(value),
							spoken: t('walk_parts_cell', {
								part: partLabel(one),
								adds: number(one.adds) || '…',
								direct: number(one.direct) || '…',
							}),
							marked: walk.body.isOff(one),
						};
					}),
				}))}
				full={full}
				onPress={(row, column) => walk.body.toggle(cells[row][column])}
			/>
			<p class="readout">
				{t(
					shows.value === 'direct'
						? 'walk_parts_direct_told'
						: fill === 'mean'
							? 'walk_parts_mean_told'
							: 'walk_parts_zero_told',
				)}
			</p>
			{apart && (
				<p class="readout">
					{t(
						fill === 'mean'
							? 'walk_parts_apart_mean'
							: apart.block === layers - 1 && apart.part === 'mlp'
								? 'walk_parts_apart_norm'
								: 'walk_parts_apart',
						{part: partLabel(apart), adds: signed(apart.adds), direct: signed(apart.direct)},
					)}
				</p>
			)}
			{direct && shows.value === 'direct' && (
				<p class="readout numbers">
					{t('walk_parts_adds_up', {
						embedding: signed(direct.embedding),
						reduce: signed(direct.blocks.reduce((sum, {bias}) => sum + bias, 0) + direct.constant),
						logit: signed(direct.logit),
					})}
				</p>
			)}
		</Figure>
	);
}
