import {t, tn} from '../../client/browser/i18n.ts';
import type {ScoreAnswer, ScoredToken} from '../../protocol/questions/score.ts';
import {bits, count, decimal, exactProbability, ordinal, percent, significant} from '../../ui/format.ts';
import {charactersOf} from '../../ui/tokens/characters.ts';
import {surprisalBits} from '../../ui/tokens/log-prob.ts';
import {BAND_LIMITS, BANDS, bandOf} from '../../ui/tokens/rank-bands.ts';
import {visibleToken} from '../../ui/tokens/token-text.ts';
import {wordSentence} from '../../ui/tokens/word-sentence.ts';

interface Props {
	title: string;
	model: string;
	text: string;
	tokens: readonly ScoredToken[];
	vocabSize: number;
	totals: ScoreAnswer;
}

/** A passage in the colours of its ranks; pointing at a token, or focusing it, opens its card. */
export function PassagePage({title, model, text, tokens, vocabSize, totals}: Props) {
	return (
		<>
			<h1>{title}</h1>
			<p class="quiet">
				{t('saved_page_model', {model})}{' '}
				{tn('passage_totals', totals.tokenCount, {
					perplexity: significant(totals.perplexity),
					bits: decimal(totals.bitsPerToken),
				})}
			</p>
			<p class="quiet">
				{t('common_legend')}:{' '}
				{BANDS.map(band => (
					<span key={band}>
						<span class={`band-${band}`}>
							{band <= BAND_LIMITS.length
								? t('common_legend_top', {bandLimits: count(BAND_LIMITS[band - 1])})
								: t('common_legend_beyond')}
						</span>{' '}
					</span>
				))}
			</p>
			<p class="text">
				{charactersOf(tokens).map(({text: character, tokens: parts}) => {
					const all = parts.map(({token}) => token);
					const most = all.reduce((a, b) => (b.logProb < a.logProb ? b : a));
					return (
						// biome-ignore lint/a11y/noNoninteractiveTabindex: its card opens on focus, too
						<span key={parts[0].index} class={`token band-${bandOf(most.rank)}`} tabIndex={0}>
							{character ?? visibleToken(all[0])}
							<span class="card">
								{all.map((token, i) => (
									<Card key={i} token={token} vocabSize={vocabSize} />
								))}
								{wordLine(text, tokens, parts[0].index)}
							</span>
						</span>
					);
				})}
			</p>
		</>
	);
}

function wordLine(text: string, tokens: readonly ScoredToken[], index: number) {
	const sentence = wordSentence(text, tokens, index);
	return (
		sentence && (
			<>
				<br />
				{sentence}
			</>
		)
	);
}

function Card({token, vocabSize}: {token: ScoredToken; vocabSize: number}) {
	return (
		<>
			<b class="mono">{visibleToken(token)}</b> {exactProbability(Math.exp(token.logProb))}
			<br />
			{t('passage_rank', {vocabSize: count(vocabSize)})}: {ordinal(token.rank)}
			<br />
			{t('passage_surprisal')}: {bits(surprisalBits(token))}
			<br />
			{t('passage_expected')}:{' '}
			{token.top
				.slice(0, 3)
				.map(row => t('walk_token_share', {row: visibleToken(row), probability: percent(row.probability)}))
				.join(', ')}
		</>
	);
}
