import {scaleLinear} from 'd3-scale';
import {t} from '../../../client/browser/i18n.ts';
import type {ScoredToken} from '../../../protocol/questions/score.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {bits, count, decimal, percent} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {bitsOfNothing, type Round, scoreOf} from './game.ts';

interface Props {
	rounds: readonly Round[];
	tokens: readonly ScoredToken[];
	of: number;
	/** How many words the gaps were drawn from, and with which seed. */
	words: number;
	seed: number;
	vocabSize: number;
	/** Name of the model. */
	model: string;
}

const HEIGHT = 130;
const MARKS = 60;
const LABEL = 84;

/** Both players, guess by guess: right or wrong, and the bits that each saved. */
export function Results({rounds, tokens, of, words, seed, vocabSize, model}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const score = scoreOf(rounds);
	const title = t('walk_guess_score', {
		right: count(score.right),
		rounds: count(rounds.length),
		saved: bits(score.saved, 0),
		modelRight: count(score.modelRight),
		modelSaved: bits(score.modelSaved, 0),
		words: count(words),
		seed: String(seed),
	});
	const step = (width - LABEL) / of;
	const most = bitsOfNothing(vocabSize);
	const least = Math.min(0, ...rounds.flatMap(round => [round.saved, round.modelSaved]));
	const y = scaleLinear([least, most], [MARKS + HEIGHT, MARKS]);
	const bar = Math.min(16, step / 2 - 3);
	const mark = (isRight: boolean) => (isRight ? '✓' : '✗');
	const column = (x: number, value: number, kind: string) => (
		<rect
			class={kind}
			x={x}
			y={Math.min(y(0), y(value))}
			width={bar}
			height={Math.max(1, Math.abs(y(value) - y(0)))}
			rx={2}
		/>
	);
	return (
		<Figure
			name="you-against-the-model"
			title={title}
			note={model}
			numbers={() => ({
				columns: [
					t('walk_column_word'),
					t('walk_guess_you'),
					t('walk_guess_your_odds'),
					t('walk_guess_your_bits'),
					t('walk_guess_model'),
					t('walk_guess_model_bits_column'),
				],
				rows: rounds.map(round => [
					visibleToken(tokens[round.at]),
					round.guess,
					percent(round.odds, 2),
					decimal(round.saved),
					visibleToken(round.modelGuess),
					decimal(round.modelSaved),
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
					<text class="quiet-text" x={0} y={MARKS + 12}>
						{bits(most, 1)}
					</text>
					<line class="rest" x1={LABEL} x2={width} y1={MARKS} y2={MARKS} />
					<text class="quiet-text" x={0} y={y(0) + 4}>
						{bits(0, 0)}
					</text>
					<line class="axis" x1={LABEL} x2={width} y1={y(0)} y2={y(0)} />
					{rounds.map((round, i) => (
						<g key={round.at} transform={`translate(${LABEL + i * step}, 0)`}>
							<text class={round.right ? 'good' : 'bad'} x={step / 2} y={17} text-anchor="middle">
								{mark(round.right)}
							</text>
							<text class={round.modelRight ? 'good' : 'bad'} x={step / 2} y={43} text-anchor="middle">
								{mark(round.modelRight)}
							</text>
							{column(step / 2 - bar - 1, round.saved, 'up')}
							{column(step / 2 + 1, round.modelSaved, 'was')}
							<text class="note" x={step / 2} y={MARKS + HEIGHT + 16} text-anchor="middle">
								{count(i + 1)}
							</text>
						</g>
					))}
				</Picture>
			</div>
			<p class="readout">{t('walk_guess_legend', {most: bits(most, 1), vocabSize: count(vocabSize)})}</p>
		</Figure>
	);
}
