import {t} from '../../../../client/browser/i18n.ts';
import type {Token} from '../../../../protocol/values/prompt.ts';
import {decodeWhole, spell, tokenBytes} from '../../../../protocol/values/spell.ts';
import {ClassRow} from '../../../../ui/components/class-row.tsx';
import {bits, count, exactProbability, ordinal} from '../../../../ui/format.ts';
import {completed} from '../../../../ui/tokens/characters.ts';
import {surprisalBits} from '../../../../ui/tokens/log-prob.ts';
import {isolate, spokenToken} from '../../../../ui/tokens/token-text.ts';
import {TokenText} from '../../../../ui/tokens/token-view.tsx';
import {wordSentence} from '../../../../ui/tokens/word-sentence.ts';
import type {PaintedToken, Passage} from '../passage.ts';

interface Props {
	passage: Passage;
	painted: PaintedToken;
	/** Index of the token. */
	token: number;
	/** Stays until it is closed. */
	pinned: boolean;
	onStep(by: 1 | -1): void;
	/** Continue from this text. */
	onContinue(text: string): void;
	onClose(): void;
}

/** One token as the classification it was: its rank and probability, and what the model expected instead. */
export function Card({passage, painted, token: index, pinned, ...on}: Props) {
	const token = passage.tokens[index];
	const sharing = passage.tokens.slice(painted.first, painted.last + 1);
	/** The tokens with the first bytes of the character that this one goes on with. */
	const begun = passage.tokens.slice(painted.first, index);
	const first = token.top[0]?.probability || 1;
	const listed = token.top.some(({id}) => id === token.id);
	const probability = Math.exp(token.logProb);
	const word = wordSentence(passage.map.text, passage.tokens, index);
	const row = (one: Token, rank: number, chance: number) => (
		<ClassRow
			token={{...one, ...shown(begun, one)}}
			rank={rank}
			probability={chance}
			fraction={chance / first}
			onChoose={chooser(one)}
		/>
	);
	/** Continues with a class in this token's place, where it ends with a whole character. */
	const chooser = (one: Token) => {
		const spelled = [...begun, one];
		if (decodeWhole(spelled.flatMap(tokenBytes)) === null) return undefined;
		return () => on.onContinue(passage.map.text.slice(0, painted.start) + spell(spelled));
	};
	return (
		<section class={pinned ? 'card pinned' : 'card'} aria-label={t('passage_card')}>
			<h2>
				<span class="title">
					<TokenText token={sharing.length > 1 ? {text: spell(sharing)} : token} />
					{sharing.length > 1 && (
						<span class="parts" aria-hidden="true">
							{sharing.map((_, i) => (
								<i key={i} class={painted.first + i === index ? 'this' : undefined} />
							))}
						</span>
					)}
				</span>
				<span class="quiet small numbers">
					{t('passage_position', {index: count(index + 1), tokens: count(passage.tokens.length)})}
				</span>
			</h2>
			{sharing.length > 1 && (
				<p class="note">
					{t('passage_part', {index: count(index - painted.first + 1), sharing: count(sharing.length)})}
				</p>
			)}
			<dl>
				<div>
					<dt>{t('passage_rank', {vocabSize: count(passage.vocabSize)})}</dt>
					<dd>{ordinal(token.rank)}</dd>
				</div>
				<div>
					<dt>{t('passage_probability')}</dt>
					<dd>{exactProbability(probability)}</dd>
				</div>
				<div>
					<dt>{t('passage_surprisal')}</dt>
					<dd>{bits(surprisalBits(token))}</dd>
				</div>
			</dl>
			{word && <p class="note">{word}</p>}
			<ol class="class-rows no-logit" aria-label={t('passage_expected')}>
				{token.top.map((one, i) => (
					<li key={one.id} class={one.id === token.id ? 'this' : undefined}>
						{row(one, i + 1, one.probability)}
					</li>
				))}
				{!listed && <li class="this other">{row(token, token.rank, probability)}</li>}
			</ol>
			{index === 0 && <p class="note">{t('passage_start_note')}</p>}
			<div class="row">
				<button type="button" class="button go" onClick={() => on.onContinue(passage.textThrough(index))}>
					{t('passage_continue')}
				</button>
				<span class="grow" />
				<button type="button" class="quiet-button" aria-label={t('passage_previous')} onClick={() => on.onStep(-1)}>
					←
				</button>
				<button type="button" class="quiet-button" aria-label={t('passage_next')} onClick={() => on.onStep(1)}>
					→
				</button>
				<button type="button" class="quiet-button" onClick={on.onClose}>
					{t('passage_close')}
				</button>
			</div>
		</section>
	);
}

/** A class's text, or its bytes where they do not end a character. */
const shown = (begun: readonly Token[], one: Token): Pick<Token, 'text' | 'bytes'> => {
	const whole = completed(begun, one);
	return whole.text === undefined ? whole : {text: whole.text, bytes: undefined};
};

/** The card in a sentence, for screen readers. */
export function spokenCard(passage: Passage, index: number) {
	const token = passage.tokens[index];
	const painted = passage.paintedOf(index);
	const sharing = painted ? passage.tokens.slice(painted.first, painted.last + 1) : [token];
	return t('passage_spoken', {
		token: isolate(spokenToken(sharing.length > 1 ? {text: spell(sharing)} : token)),
		rank: ordinal(token.rank),
		probability: exactProbability(Math.exp(token.logProb)),
		surprisal: bits(surprisalBits(token)),
	});
}
