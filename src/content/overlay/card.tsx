import {ClassRow} from '../../ui/components/class-row.tsx';
import {bits, count, ordinal, percent} from '../../ui/format.ts';
import {t} from '../../ui/i18n.ts';
import {isolate, spokenToken} from '../../ui/tokens/token-text.ts';
import {TokenText} from '../../ui/tokens/token-view.tsx';
import {type Passage, type Spot, surprisalBits} from '../passage.ts';

interface Props {
	passage: Passage;
	spot: Spot;
	/** Index of the token. */
	token: number;
	/** Stays until it is closed. */
	pinned: boolean;
	onStep(by: 1 | -1): void;
	onContinue(): void;
	onClose(): void;
	onPointerInside(inside: boolean): void;
}

/** One token as the classification it was: its rank and probability, and what the model expected instead. */
export function Card({passage, spot, token: index, pinned, ...on}: Props) {
	const token = passage.tokens[index];
	const first = token.top[0]?.probability || 1;
	const listed = token.top.some(({id}) => id === token.id);
	const probability = Math.exp(token.logProb);
	const parts = spot.last - spot.first + 1;
	return (
		<section
			class={pinned ? 'card pinned' : 'card'}
			aria-label={t('passage_card')}
			onPointerEnter={() => on.onPointerInside(true)}
			onPointerLeave={() => on.onPointerInside(false)}
		>
			<h2>
				<TokenText token={token} />
				<span class="quiet small numbers">{t('passage_position', count(index + 1), count(passage.tokens.length))}</span>
			</h2>
			{parts > 1 && <p class="note">{t('passage_part', count(index - spot.first + 1), count(parts))}</p>}
			<dl>
				<div>
					<dt>{t('passage_rank', count(passage.vocabSize))}</dt>
					<dd>{ordinal(token.rank)}</dd>
				</div>
				<div>
					<dt>{t('passage_probability')}</dt>
					<dd>{percent(probability)}</dd>
				</div>
				<div>
					<dt>{t('passage_surprisal')}</dt>
					<dd>{bits(surprisalBits(token))}</dd>
				</div>
			</dl>
			<ol class="class-rows no-logit" aria-label={t('passage_expected')}>
				{token.top.map((one, i) => (
					<li key={one.id} class={one.id === token.id ? 'this' : undefined}>
						<ClassRow token={one} rank={i + 1} probability={one.probability} fraction={one.probability / first} />
					</li>
				))}
				{!listed && (
					<li class="this">
						<div class="gap" />
						<ClassRow token={token} rank={token.rank} probability={probability} fraction={probability / first} />
					</li>
				)}
			</ol>
			{index === 0 && <p class="note">{t('passage_start_note')}</p>}
			<div class="row">
				<button type="button" class="button go" onClick={on.onContinue}>
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

/** The card in a sentence, for screen readers. */
export function spokenCard(passage: Passage, index: number) {
	const token = passage.tokens[index];
	return t(
		'passage_spoken',
		isolate(spokenToken(token)),
		ordinal(token.rank),
		percent(Math.exp(token.logProb)),
		bits(surprisalBits(token)),
	);
}
