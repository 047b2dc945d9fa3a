import {t} from '../../client/browser/i18n.ts';
import type {GeneratedToken} from '../../protocol/questions/generate.ts';
import {TipArea} from '../../ui/components/tip-area.tsx';
import {decimal, nats} from '../../ui/format.ts';
import {roving} from '../../ui/roving.ts';
import {charactersOf} from '../../ui/tokens/characters.ts';
import {totalLogProb} from '../../ui/tokens/log-prob.ts';
import {bandOf} from '../../ui/tokens/rank-bands.ts';
import {RunItem} from '../../ui/tokens/shared-character.tsx';
import {TokenText} from '../../ui/tokens/token-view.tsx';
import {TokenTip, tokenSentence} from '../continuations/token-tip.tsx';

interface Props {
	label: string;
	tokens: readonly GeneratedToken[];
	/** Index of the token whose panel is open. */
	current: number | null;
	/** Indexes of tokens that a person chose. */
	chosen?: ReadonlySet<number>;
	/** Whether classes were drawn. */
	sampled: boolean;
	onOpen(index: number): void;
}

/** Generated text, each token tinted by its rank and opening its panel. Arrow keys walk the tokens. */
export function TokenStrip({label, tokens, current, chosen, sampled, onOpen}: Props) {
	const item = (token: GeneratedToken, index: number, part: boolean) => (
		<button
			key={index}
			type="button"
			class={`token band-${bandOf(token.rank)}${chosen?.has(index) ? ' by-person' : ''}`}
			data-item
			data-tip={index}
			tabIndex={index === (current ?? 0) ? 0 : -1}
			aria-label={
				chosen?.has(index) ? t('strategies_token_chosen', {token: tokenSentence(token)}) : tokenSentence(token)
			}
			aria-expanded={index === current}
			onClick={() => onOpen(index)}
		>
			{!part && <TokenText token={token} breaks />}
		</button>
	);
	// The panel of a token is beside it, where the cards of its neighbours would be.
	const tip = (at: string) =>
		current === null && tokens[Number(at)] ? <TokenTip tokens={tokens} index={Number(at)} sampled={sampled} /> : null;
	return (
		<TipArea content={tip}>
			{/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls */}
			<div class="strip" role="group" aria-label={label} {...roving('horizontal')}>
				{charactersOf(tokens).map(run => (
					<RunItem key={run.tokens[0].index} run={run} item={item} inline />
				))}
			</div>
		</TipArea>
	);
}

/** How probable a text is for the model, in all and a token. */
export function Figures({tokens}: {tokens: readonly GeneratedToken[]}) {
	const total = totalLogProb(tokens);
	return (
		<>
			<span>{t('strategies_total', {total: nats(total)})}</span>
			{tokens.length > 0 && <span>{t('strategies_mean', {total: decimal(total / tokens.length)})}</span>}
		</>
	);
}
