import type {ComponentChildren} from 'preact';
import {enumeration, t, tn} from '../../../client/browser/i18n.ts';
import type {HeadPattern, HeadsAnswer} from '../../../protocol/questions/attention.ts';
import type {Part} from '../../../protocol/values/changes.ts';
import {count, percent} from '../../../ui/format.ts';
import {roving} from '../../../ui/roving.ts';
import {partLabel} from '../shared/part-label.ts';
import type {Body} from '../state/changes.ts';

interface Props {
	answer: HeadsAnswer;
	/** The head that is looked at, both from 1 on. */
	looked: {block: number; head: number};
	onLook(block: number, head: number): void;
	body: Body;
}

/** Side of a thumbnail, in CSS pixels. */
const SIDE = 46;

/** Patterns that a reader can follow from token to token; looking at the first token is mostly a way to look nowhere. */
const TELLING: readonly HeadPattern[] = ['previous', 'same', 'induction', 'self'];

/** The head with the clearest pattern on this text, both from 1 on. */
export function clearestHead({blocks}: HeadsAnswer): {block: number; head: number} {
	const all = blocks.flatMap((heads, b) => heads.map((one, h) => ({...one, block: b + 1, head: h + 1})));
	const rank = ({pattern, share}: (typeof all)[number]) =>
		(TELLING.includes(pattern) ? 2 : pattern === 'first' ? 1 : 0) + (pattern === 'spread' ? 0 : share);
	const best = all.reduce((a, b) => (rank(b) > rank(a) ? b : a));
	return {block: best.block, head: best.head};
}

/** All heads of all blocks as small grids, with what each does on this text: one stop for Tab, arrow keys inside. */
export function Heads({answer: {tokens, blocks, sharedHeads}, looked, onLook, body}: Props) {
	return (
		<section class="heads" aria-label={t('walk_vector_heads')}>
			<ol {...roving('grid')}>
				{blocks.map((heads, b) => (
					<li key={b}>
						<span class="quiet small">{t('walk_vector_block', {block: count(b + 1)})}</span>
						<div class="heads-row" data-row>
							{groupsOf(heads.length, sharedHeads).map(group => (
								<Group key={group[0]} heads={group}>
									{group.map(h => (
										<HeadCell key={h} one={heads[h]} block={b} head={h} looked={looked} onLook={onLook} body={body} />
									))}
								</Group>
							))}
							<Whole body={body} part={{block: b, part: 'attention'}} name={t('walk_part_attention_word')} />
							<Whole body={body} part={{block: b, part: 'mlp'}} name={t('walk_part_mlp_word')} />
						</div>
					</li>
				))}
			</ol>
			{sharedHeads < blocks[0].length && (
				<p class="quiet small">
					{t('walk_vector_grouped', {
						heads: count(blocks[0].length),
						sharedHeads: count(sharedHeads),
						times: count(blocks[0].length / sharedHeads),
					})}
				</p>
			)}
			<p class="quiet small">{tn('walk_vector_heads_told', tokens.length)}</p>
		</section>
	);
}

/** Heads of queries, from 0 on, that share a head of keys and values: one after the other; each alone where none is shared. */
const groupsOf = (heads: number, sharedHeads: number): number[][] =>
	Array.from({length: sharedHeads}, (_, group) =>
		Array.from({length: heads / sharedHeads}, (_, i) => (group * heads) / sharedHeads + i),
	);

/** Heads that share their keys and values stand beside one line. */
const Group = ({heads, children}: {heads: readonly number[]; children: ComponentChildren}) =>
	heads.length === 1 ? (
		children
	) : (
		// biome-ignore lint/a11y/useSemanticElements: these are no fields of a form
		<div
			class="head-group"
			role="group"
			aria-label={t('walk_vector_shared', {heads: enumeration(heads.map(h => count(h + 1)))})}
		>
			{children}
		</div>
	);

interface HeadCellProps extends Omit<Props, 'answer'> {
	one: HeadsAnswer['blocks'][number][number];
	/** From 0 on. */
	block: number;
	head: number;
}

/** A head's grid, what it does, and its switch. */
function HeadCell({one, block, head, looked, onLook, body}: HeadCellProps) {
	const isLooked = looked.block === block + 1 && looked.head === head + 1;
	const name = t('walk_vector_head_name', {block: count(block + 1), head: count(head + 1)});
	const part = {block, part: head};
	const isOff = body.isOff(part) || body.isOff({block, part: 'attention'});
	const does = `${t(`walk_head_${one.pattern}`)} ${isOff ? t('walk_off_off') : percent(one.share, 2)}`;
	return (
		<div class={isOff ? 'head-cell is-off' : 'head-cell'}>
			<button
				type="button"
				class={one.pattern === 'spread' ? 'head-thumb spread' : 'head-thumb'}
				data-item
				tabIndex={block === 0 && head === 0 ? 0 : -1}
				aria-pressed={isLooked}
				aria-label={t('common_details', {before: name, next: does})}
				onClick={() => onLook(block + 1, head + 1)}
			>
				<Thumbnail weights={one.weights} />
				<span aria-hidden="true">
					<span class="does">{t(`walk_head_${one.pattern}`)}</span>{' '}
					<b class="numbers">{isOff ? t('walk_off_off') : percent(one.share, 2)}</b>
				</span>
			</button>
			<OnOff body={body} part={part} label={name} />
		</div>
	);
}

/** A switch of a part. */
const OnOff = ({body, part, label}: {body: Body; part: Part; label: string}) => (
	<button
		type="button"
		role="switch"
		class="on-off"
		data-item
		tabIndex={-1}
		aria-checked={!body.isOff(part)}
		aria-label={label}
		title={t(body.isOff(part) ? 'walk_off_turn_on' : 'walk_off_turn_off', {part: partLabel(part)})}
		onClick={() => body.toggle(part)}
	/>
);

/** All attention of a block, or its feed-forward: it has no picture, and is switched. */
const Whole = ({body, part, name}: {body: Body; part: Part; name: string}) => (
	<div class={body.isOff(part) ? 'head-cell whole is-off' : 'head-cell whole'}>
		<span class="does" aria-hidden="true">
			{name}
		</span>
		<OnOff body={body} part={part} label={partLabel(part)} />
	</div>
);

function Thumbnail({weights}: {weights: readonly (readonly number[])[]}) {
	const cell = SIDE / weights.length;
	return (
		<svg width={SIDE} height={SIDE} viewBox={`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">
			{weights.flatMap((row, i) =>
				row.map((weight, j) =>
					weight < 2 ? null : (
						<rect
							key={`${i} ${j}`}
							class="up"
							x={j * cell}
							y={i * cell}
							width={cell}
							height={cell}
							fill-opacity={weight / 100}
						/>
					),
				),
			)}
		</svg>
	);
}
