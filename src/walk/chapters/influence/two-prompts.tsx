import {scaleLinear} from 'd3-scale';
import type {CompareAnswer} from '../../../protocol/engine.ts';
import {useQuery} from '../../../ui/client/use-query.ts';
import {percent} from '../../../ui/format.ts';
import {t} from '../../../ui/i18n.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {Figure} from '../../parts/figure.tsx';
import {monoWidth} from '../../parts/measure.ts';
import {Picture} from '../../parts/picture.tsx';
import {Waiting} from '../../parts/prose.tsx';
import {useWidth} from '../../parts/use-width.ts';
import {promptOf, type Walk} from '../../state/walk.ts';

const ROW = 25;
const TOP = 20;

/** The classes that another prompt moves most. */
export function TwoPrompts({walk}: {walk: Walk}) {
	const other = walk.address.value('influence', 'other', t('walk_influence_other_example'));
	const asked = useQuery(walk.engine, 'compare', {
		prompts: [promptOf(walk.text.value), promptOf(other.value)],
		limit: 8,
	});
	return (
		<>
			<textarea
				class="field mono wide-field"
				rows={2}
				spellcheck={false}
				aria-label={t('walk_influence_other')}
				value={other.value}
				onInput={event => {
					other.value = event.currentTarget.value;
				}}
			/>
			{asked.answer ? <Moves answer={asked.answer} /> : <Waiting {...asked} />}
		</>
	);
}

/** Each class as a line from where it was to where it is. */
function Moves({answer: {changes, moved}}: {answer: CompareAnswer}) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const left = Math.max(40, ...changes.map(row => monoWidth(visibleToken(row)))) + 14;
	const right = 130;
	const most = Math.max(...changes.flatMap(row => row.standings.map(({probability}) => probability)), 1e-9);
	const x = scaleLinear([0, most], [left, Math.max(left + 40, width - right)]);
	const title = t('walk_influence_moves', percent(moved));
	return (
		<Figure
			name="two-prompts"
			title={title}
			numbers={() => ({
				columns: [t('walk_column_token'), t('walk_influence_first'), t('walk_influence_second')],
				rows: changes.map(row => [visibleToken(row), ...row.standings.map(({probability}) => percent(probability))]),
			})}
		>
			<div ref={ref}>
				<Picture width={width} height={TOP + changes.length * ROW} label={title}>
					<text class="quiet-text" x={left} y={12}>
						{t('walk_influence_moves_legend')}
					</text>
					{changes.map(({standings: [a, b], ...token}, i) => (
						<g key={token.id} transform={`translate(0, ${TOP + i * ROW})`}>
							<text class="mono" x={0} y={16}>
								{visibleToken(token)}
							</text>
							<line class="axis" x1={left} x2={x(most)} y1={12} y2={12} stroke-opacity={0.25} />
							<line
								class={b.probability < a.probability ? 'move down-line' : 'move up-line'}
								x1={x(a.probability)}
								x2={x(b.probability)}
								y1={12}
								y2={12}
							/>
							<circle class="hollow" cx={x(a.probability)} cy={12} r={4} />
							<circle class={b.probability < a.probability ? 'down' : 'up'} cx={x(b.probability)} cy={12} r={4.5} />
							<text class="numbers-text" x={width} y={16} text-anchor="end">
								{t('common_from_to', percent(a.probability), percent(b.probability))}
							</text>
						</g>
					))}
				</Picture>
			</div>
		</Figure>
	);
}
