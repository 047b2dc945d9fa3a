import {t} from '../../client/browser/i18n.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {Token} from '../../protocol/values/prompt.ts';
import type {ClassRow} from '../../protocol/values/token.ts';
import {decimal, percent} from '../../ui/format.ts';
import {isolate, spokenToken, visibleToken} from '../../ui/tokens/token-text.ts';
import {TokenText} from '../../ui/tokens/token-view.tsx';
import {biasOf, keyOf, MAX_PUSH, type Pushed, pushTo, standing} from '../prompt/biases.ts';
import type {Workspace} from '../prompt/workspace.ts';
import './push.css';

/** `+2.0`, `−0.5`. */
export const signed = (value: number) => `${value < 0 ? '−' : '+'}${decimal(Math.abs(value), 1)}`;

/** `−30.00 +2.0 = −28.00`: the logit of a pushed class, what was added to it, and what came of that. */
export const newLogit = ({logit}: ClassRow, {bias}: NonNullable<ClassRow['push']>): string =>
	t('hand_new_logit', {logit: decimal(logit), bias: signed(bias), sum: decimal(logit + bias)});

/** What a push does to its class: logit, bias and new logit, then its probability with the settings before the push and after. */
export const PushFigures = ({row, push}: {row: ClassRow; push: NonNullable<ClassRow['push']>}) => (
	<span class="numbers quiet">
		<span class="push-figure">{newLogit(row, push)}</span>{' '}
		<span class="push-figure">
			{t('hand_from_to', {before: percent(push.before), samplingProbability: percent(row.samplingProbability)})}
		</span>
	</span>
);

/** A word's tokens. */
const Word = ({tokens}: {tokens: readonly Token[]}) => (
	<span class="pushed-word">
		{tokens.map((token, i) => (
			<TokenText key={i} token={token} />
		))}
	</span>
);

/** Tokens in words, for screen readers. */
export const spokenWord = (tokens: readonly Token[]): string => isolate(tokens.map(spokenToken).join(' '));

/** A class or a word that is pushed, how far, and what that does to the class that comes next, if anything. */
export function PushedChip({app, answer, tokens, bias}: Pushed & {app: Workspace; answer: ClassesAnswer | null}) {
	const stands = standing(tokens, answer?.tokens ?? []);
	const last = tokens[tokens.length - 1];
	const row = stands === tokens.length - 1 ? answer?.pushed?.find(({id}) => id === last.id) : undefined;
	return (
		<>
			<Word tokens={tokens} />
			<BiasField app={app} tokens={tokens} bias={bias} />
			{row?.push && <PushFigures row={row} push={row.push} />}
			{stands < tokens.length - 1 && (
				<span class="quiet">{t('hand_waits', {tokens: isolate(visibleToken(tokens[stands]))})}</span>
			)}
		</>
	);
}

/** What is added to the logit of a class, or of the last class of a word. */
function BiasField({app, tokens, bias}: Pushed & {app: Workspace}) {
	return (
		<input
			type="number"
			class="field numbers bias-field"
			min={-MAX_PUSH}
			max={MAX_PUSH}
			step={0.5}
			value={bias}
			aria-label={t('hand_bias', {tokens: spokenWord(tokens)})}
			onChange={event => {
				const to = event.currentTarget.valueAsNumber;
				if (Number.isNaN(to)) return;
				app.prompt.setHand(pushTo(app.prompt.hand.peek(), tokens, to), keyOf(tokens));
				app.loop.lookAtSampling('hand');
			}}
		/>
	);
}

/**
 * A word of several tokens, to be pushed: what is added, and what it does to each of the tokens and when. As in Hugging Face's
 * `sequence_bias`, the last alone is pushed, where the text ends with the others.
 */
export function PushWord({app, tokens}: {app: Workspace; tokens: readonly Token[]}) {
	const bias = biasOf(app.prompt.hand.value, tokens);
	const stands = standing(tokens, app.classes.answer.value?.tokens ?? []);
	const last = tokens.length - 1;
	const effect = (i: number) => {
		if (i === last) return t(stands === last ? 'hand_word_now' : 'hand_word_later', {bias: signed(bias)});
		return t(i < stands ? 'hand_word_stands' : 'hand_word_waits');
	};
	return (
		<div class="push-word small">
			<p>
				{t('hand_word')} <BiasField app={app} tokens={tokens} bias={bias} />
			</p>
			<ol aria-label={t('hand_word_steps')}>
				{tokens.map((token, i) => (
					<li key={i}>
						<TokenText token={token} /> <span class="quiet">{effect(i)}</span>
					</li>
				))}
			</ol>
		</div>
	);
}
