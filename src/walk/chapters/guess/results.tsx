import {scaleLinear} from 'd3-scale';
import type {ScoredToken} from '../../../protocol/engine.ts';
import {bits, count, decimal} from '../../../ui/format.ts';
import {t} from '../../../ui/i18n.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {Figure} from '../../parts/figure.tsx';
import {Picture} from '../../parts/picture.tsx';
import {useWidth} from '../../parts/use-width.ts';
import {type Round, scoreOf} from './game.ts';

interface Props {
	rounds: readonly Round[];
	tokens: readonly ScoredToken[];
	of: number;
}

const HEIGHT = 120;
const MARKS = 56;
const LABEL = 74;

/** Both players, guess by guess: right or wrong, and the bits of who gave odds. */
export function Results({rounds, tokens, of}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const {right, modelRight, bits: own, modelBits} = scoreOf(rounds);
	const title =
		own !== null && modelBits !== null
			? t('walk_guess_score_bits', count(right), count(rounds.length), count(modelRight), bits(own), bits(modelBits))
			: t('walk_guess_score', count(right), count(rounds.length), count(modelRight));
	const step = (width - LABEL) / of;
	const most = Math.max(16, ...rounds.flatMap(round => [round.modelBits, round.bits ?? 0]));
	const y = scaleLinear([0, most], [0, HEIGHT]);
	const bar = Math.min(16, step / 2 - 3);
	const mark = (isRight: boolean) => (isRight ? '✓' : '✗');
	return (
		<Figure
			name="you-against-the-model"
			title={title}
			numbers={() => ({
				columns: [
					t('walk_column_word'),
					t('walk_guess_you'),
					t('walk_guess_your_bits'),
					t('walk_guess_model'),
					t('walk_guess_model_bits_column'),
				],
				rows: rounds.map(round => [
					visibleToken(tokens[round.at]),
					round.guess,
					round.bits === null ? '–' : decimal(round.bits),
					visibleToken(round.modelGuess),
					decimal(round.modelBits),
				]),
			})}
		>
			<div ref={ref}>
				<Picture width={width} height={MARKS + HEIGHT + 22} label={title}>
					<text x={0} y={17}>
						{t('walk_guess_you')}
					</text>
					<text x={0} y={43}>
						{t('walk_guess_model')}
					</text>
					<text class="quiet-text" x={0} y={MARKS + 14}>
						{t('walk_guess_bits_axis')}
					</text>
					<line class="axis" x1={LABEL} x2={width} y1={MARKS + HEIGHT} y2={MARKS + HEIGHT} />
					{rounds.map((round, i) => (
						<g key={round.at} transform={`translate(${LABEL + i * step}, 0)`}>
							<text class={round.right ? 'good' : 'bad'} x={step / 2} y={17} text-anchor="middle">
								{mark(round.right)}
							</text>
							<text class={round.modelRight ? 'good' : 'bad'} x={step / 2} y={43} text-anchor="middle">
								{mark(round.modelRight)}
							</text>
							{round.bits !== null && (
								<rect
									class="up"
									x={step / 2 - bar - 1}
									y={MARKS + HEIGHT - y(round.bits)}
									width={bar}
									height={y(round.bits)}
									rx={2}
								/>
							)}
							<rect
								class="was"
								x={step / 2 + 1}
								y={MARKS + HEIGHT - y(round.modelBits)}
								width={bar}
								height={y(round.modelBits)}
								rx={2}
							/>
							<text class="note" x={step / 2} y={MARKS + HEIGHT + 15} text-anchor="middle">
								{count(i + 1)}
							</text>
						</g>
					))}
				</Picture>
			</div>
			<p class="readout">{t('walk_guess_legend')}</p>
		</Figure>
	);
}
