import {useSignal} from '@preact/signals';
import {useEffect, useMemo} from 'preact/hooks';
import {t, tn} from '../../../client/browser/i18n.ts';
import {createQuery} from '../../../client/query.ts';
import type {StepCostAnswer} from '../../../protocol/questions/step-cost.ts';
import type {Prompt, Token} from '../../../protocol/values/prompt.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {bytes, count, decimal} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import type {Walk} from '../state/walk.ts';

interface Props {
	walk: Walk;
	/** All tokens so far. */
	tokens: readonly Token[];
	/** How many of them the loop appended. */
	appended: number;
	/** The class that a timed step appends. */
	next: number;
	prompt: Prompt;
}

const ROW = 15;
const TOP = 20;
const SIDE = 78;

/** The key/value cache: a column for each token, two rows for each block. A step adds a column; the others stay. */
export function Cache({walk, tokens, appended, next, prompt}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const info = walk.model.value;
	const query = useMemo(() => createQuery(walk.engine, 'stepCost'), [walk.engine]);
	useEffect(() => query.cancel, [query]);
	const cost = useSignal<StepCostAnswer | null>(null);
	if (!info) return null;
	const {layers, cacheBytesPerToken: perToken} = info;
	const columns = Math.max(1, Math.min(tokens.length, Math.floor((width - SIDE) / 9)));
	const first = tokens.length - columns;
	const cell = Math.min(34, (width - SIDE) / columns);
	const title = tn('walk_loop_cache_figure', tokens.length, {
		bytes: bytes(perToken * tokens.length),
		perToken: bytes(perToken),
	});
	return (
		<Figure
			name="kv-cache"
			title={title}
			numbers={() => ({
				columns: [t('walk_column_position'), t('walk_column_token'), t('walk_column_bytes')],
				rows: tokens.map((token, i) => [count(i + 1), visibleToken(token), bytes(perToken)]),
			})}
		>
			<div ref={ref}>
				<Picture width={width} height={TOP + layers * ROW + 4} label={title}>
					<text class="quiet-text" x={SIDE} y={12}>
						{first > 0 ? t('walk_loop_cache_last', {columns: count(columns)}) : t('walk_loop_cache_all')}
					</text>
					{Array.from({length: layers}, (_, block) => (
						<g key={block} transform={`translate(0, ${TOP + block * ROW})`}>
							<text class="note" x={0} y={11}>
								{t('walk_vector_block', {block: count(block + 1)})}
							</text>
							{tokens.slice(first).map((_, j) => {
								const isNew = first + j >= tokens.length - Math.min(1, appended);
								return (
									<rect
										key={j}
										class={isNew ? 'down' : 'up'}
										x={SIDE + j * cell}
										y={1}
										width={Math.max(1, cell - 1.5)}
										height={ROW - 3}
										rx={2}
										fill-opacity={isNew ? 0.9 : 0.35}
									/>
								);
							})}
						</g>
					))}
				</Picture>
			</div>
			<p class="readout">{appended > 0 ? t('walk_loop_cache_new') : t('walk_loop_cache_none')}</p>
			<div class="controls">
				<button
					type="button"
					class="button"
					disabled={query.running.value}
					onClick={() => void query.ask({prompt, appended: next}, {onAnswer: answer => (cost.value = answer)})}
				>
					{t('walk_loop_time')}
				</button>
				{cost.value && (
					<span role="status" class="numbers">
						{tn('walk_loop_timed', cost.value.cached, {
							withCache: decimal(cost.value.withCache, 1),
							withoutCache: decimal(cost.value.withoutCache, 1),
							times: decimal(cost.value.withoutCache / cost.value.withCache, 1),
						})}
					</span>
				)}
			</div>
			{query.error.value && <ErrorNote message={query.error.value.message} />}
		</Figure>
	);
}
