import {t} from '../../client/browser/i18n.ts';
import type {GeneratedToken} from '../../protocol/questions/generate.ts';
import {decimal, exactProbability, nats, ordinal, percent} from '../../ui/format.ts';
import {TokenHead} from '../../ui/tokens/shared-character.tsx';
import {isolate, spokenToken} from '../../ui/tokens/token-text.ts';
import {TokenText} from '../../ui/tokens/token-view.tsx';

interface TipProps {
	tokens: readonly GeneratedToken[];
	index: number;
	sampled: boolean;
}

/** A generated token and the five classes it beat. */
export function TokenTip({tokens, index, sampled}: TipProps) {
	const token = tokens[index];
	const chosen = Math.exp(token.logProb);
	const beaten = token.top.filter(({id}) => id !== token.id).slice(0, 5);
	const longest = Math.max(chosen, token.top[0]?.probability ?? 0) || 1;
	return (
		<>
			<TokenHead tokens={tokens} index={index}>
				<b class="numbers">{exactProbability(chosen)}</b>{' '}
				<span class="quiet">{t('popup_tip_rank', {rank: ordinal(token.rank)})}</span>
			</TokenHead>
			<dl>
				<dt>{t('popup_tip_logprob')}</dt>
				<dd>{nats(token.logProb, 3)}</dd>
				{sampled && (
					<>
						<dt>{t('popup_tip_drawn')}</dt>
						<dd>{percent(Math.exp(token.samplingLogProb))}</dd>
					</>
				)}
				<dt>{t('popup_token_id')}</dt>
				<dd>{token.id}</dd>
			</dl>
			<p class="quiet tip-heading">{t('popup_tip_beat')}</p>
			<ol class="tip-classes">
				{beaten.map(row => (
					<li key={row.id} style={`--fraction: ${row.probability / longest}`}>
						<TokenText token={row} />
						<span class="numbers">{percent(row.probability)}</span>
					</li>
				))}
			</ol>
		</>
	);
}

/** The same in one sentence, for screen readers. */
export const tokenSentence = (token: GeneratedToken) =>
	t('popup_token_spoken', {
		token: isolate(spokenToken(token)),
		probability: percent(Math.exp(token.logProb)),
		rank: ordinal(token.rank),
		logProb: decimal(token.logProb),
	});
