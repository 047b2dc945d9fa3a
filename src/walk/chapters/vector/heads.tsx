import type {HeadsAnswer} from '../../../protocol/engine.ts';
import type {HeadPattern} from '../../../protocol/walk.ts';
import {count, percent} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';

interface Props {
	answer: HeadsAnswer;
	/** The head that is looked at, both from 1 on. */
	looked: {block: number; head: number};
	onLook(block: number, head: number): void;
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

/** All heads of all blocks as small grids, with what each does on this text. */
export function Heads({answer: {tokens, blocks}, looked, onLook}: Props) {
	return (
		<section class="heads" aria-label={t('walk_vector_heads')}>
			<ol>
				{blocks.map((heads, b) => (
					<li key={b}>
						<span class="quiet small">{t('walk_vector_block', count(b + 1))}</span>
						<div class="heads-row">
							{heads.map((one, h) => {
								const isLooked = looked.block === b + 1 && looked.head === h + 1;
								const name = t('walk_vector_head_name', count(b + 1), count(h + 1));
								return (
									<button
										key={h}
										type="button"
										class={one.pattern === 'spread' ? 'head-thumb spread' : 'head-thumb'}
										aria-pressed={isLooked}
										aria-label={t('common_details', name, `${t(`walk_head_${one.pattern}`)} ${percent(one.share, 2)}`)}
										onClick={() => onLook(b + 1, h + 1)}
									>
										<Thumbnail weights={one.weights} />
										<span aria-hidden="true">
											{t(`walk_head_${one.pattern}`)} <b class="numbers">{percent(one.share, 2)}</b>
										</span>
									</button>
								);
							})}
						</div>
					</li>
				))}
			</ol>
			<p class="quiet small">{tn('walk_vector_heads_told', tokens.length)}</p>
		</section>
	);
}

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
