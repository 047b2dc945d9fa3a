import {type Signal, useSignal} from '@preact/signals';
import {useLayoutEffect, useRef} from 'preact/hooks';
import {sentences, t} from '../../../client/browser/i18n.ts';
import type {ScoredToken} from '../../../protocol/questions/score.ts';
import {spell} from '../../../protocol/values/spell.ts';
import {ClassRow} from '../../../ui/components/class-row.tsx';
import {Segmented} from '../../../ui/components/segmented.tsx';
import {bits, count, ordinal, percent} from '../../../ui/format.ts';
import {pythonLiteral} from '../../../ui/python/python.ts';
import {surprisalBits} from '../../../ui/tokens/log-prob.ts';
import {bandOf} from '../../../ui/tokens/rank-bands.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';
import {Python, Try, Waiting} from '../shared/prose.tsx';
import {loadInPython} from '../shared/python.ts';
import {useStream} from '../shared/use-stream.ts';
import type {Walk} from '../state/walk.ts';
import {drawGaps, guessable, KNOWN, placeOf, play, playable, type Round} from './game.ts';
import {Results} from './results.tsx';
import './guess.css';

/** Percent that a reader is sure of a guess who does not say. */
const SURE = '50';
/** How many of the model's classes are shown after a guess. */
const LISTED = 5;

const PASSAGES = ['first', 'second', 'own'] as const;

const python = (passage: string, model: string | null) => `import torch
${loadInPython(model)}
ids = tokenizer(${pythonLiteral(`<|endoftext|>${passage}`)}, return_tensors="pt").input_ids
with torch.no_grad():
    log_probs = model(ids).logits[0, :-1].log_softmax(-1)
targets = ids[0, 1:]
print("right:", (log_probs.argmax(-1) == targets).float().mean())
print("bits:", -log_probs[range(len(targets)), targets].mean() / torch.log(torch.tensor(2.0)))`;

/** You against the model: guess the next word, ten times. */
export function GuessChapter({walk}: {walk: Walk}) {
	const chosen = walk.address.value('guess', 'passage', 'first');
	const passage = PASSAGES.find(name => name === chosen.value) ?? 'first';
	const text = passage === 'own' ? playable(walk.text.value) : t(`walk_guess_passage_${passage}`);
	return (
		<>
			<p>{t('walk_guess_1')}</p>
			<p>{t('walk_guess_2')}</p>
			<Segmented
				label={t('walk_guess_passages')}
				value={passage}
				options={PASSAGES.map(value => ({value, label: t(`walk_guess_${value}`)}))}
				onChange={value => {
					chosen.value = value;
				}}
			/>
			<Game key={text} walk={walk} text={text} />
			<h2>{t('walk_guess_own_title')}</h2>
			<p>
				{t('walk_guess_own_page', {
					predict: t('background_menu_predict'),
					passage: t('popup_tab_passage'),
					guess: t('passage_guess'),
				})}
			</p>
			<Try>{t('walk_guess_try')}</Try>
			<Python code={python(text, walk.model.value?.id ?? null)} />
		</>
	);
}

function Game({walk, text}: {walk: Walk; text: string}) {
	const asked = useStream(walk.engine, 'score', text === '' ? null : {text});
	const rounds = useSignal<Round[]>([]);
	const shown = useSignal(false);
	const sure = useSignal(SURE);
	const seed = useSignal(1);
	const tokens = asked.events.flatMap(event => event.tokens);
	const vocabSize = asked.events[0]?.vocabSize ?? 1;
	if (text !== '' && !asked.answer) return <Waiting {...asked} />;
	const words = guessable(tokens);
	const places = drawGaps(words, seed.value);
	if (places.length === 0) return <p role="status">{t('walk_guess_short', {known: count(KNOWN)})}</p>;
	const last = rounds.value.at(-1);
	const isOver = rounds.value.length === places.length && !shown.value;
	const at = shown.value ? last!.at : places[rounds.value.length];
	return (
		<div class="game">
			<p class="passage">
				{spell(isOver ? tokens : tokens.slice(0, at))}
				{!isOver && <mark>{shown.value ? spell([tokens[at]]) : ' ______'}</mark>}
			</p>
			{isOver ? (
				<button
					type="button"
					class="button go"
					onClick={() => {
						rounds.value = [];
						seed.value++;
					}}
				>
					{t('walk_guess_again')}
				</button>
			) : shown.value ? (
				<Answer
					round={last!}
					token={tokens[at]}
					onNext={() => {
						shown.value = false;
					}}
				/>
			) : (
				<Guess
					key={at}
					number={rounds.value.length + 1}
					sure={sure}
					of={places.length}
					onGuess={(guess, odds) => {
						rounds.value = [...rounds.value, play(tokens, at, guess, odds, vocabSize)];
						shown.value = true;
					}}
				/>
			)}
			{rounds.value.length > 0 && (
				<Results
					rounds={rounds.value}
					tokens={tokens}
					of={places.length}
					words={words.length}
					seed={seed.value}
					vocabSize={vocabSize}
					model={walk.model.value?.id ?? ''}
				/>
			)}
		</div>
	);
}

interface GuessProps {
	number: number;
	of: number;
	/** How sure the reader is, in percent; it stays for the next guess. */
	sure: Signal<string>;
	onGuess(guess: string, odds: number): void;
}

function Guess({number, of, sure, onGuess}: GuessProps) {
	const guess = useSignal('');
	const input = useRef<HTMLInputElement>(null);
	useLayoutEffect(() => {
		if (number > 1) input.current?.focus();
	}, [number]);
	return (
		<form
			class="controls"
			onSubmit={event => {
				event.preventDefault();
				if (guess.value.trim() === '') return;
				const given = Number(sure.value);
				onGuess(guess.value, (given > 0 && given < 100 ? given : Number(SURE)) / 100);
			}}
		>
			<label>
				{t('walk_guess_word', {number: count(number), of: count(of)})}{' '}
				<input
					ref={input}
					class="field"
					autocomplete="off"
					spellcheck={false}
					maxLength={40}
					value={guess.value}
					onInput={event => {
						guess.value = event.currentTarget.value;
					}}
				/>
			</label>
			<label>
				{t('walk_guess_odds')}{' '}
				<input
					class="field odds"
					type="number"
					min="1"
					max="99"
					step="1"
					required
					value={sure.value}
					onInput={event => {
						sure.value = event.currentTarget.value;
					}}
				/>{' '}
				%
			</label>
			<button type="submit" class="button go">
				{t('walk_guess_go')}
			</button>
		</form>
	);
}

function Answer({round, token, onNext}: {round: Round; token: ScoredToken; onNext(): void}) {
	const next = useRef<HTMLButtonElement>(null);
	// Before the next key, which is for it.
	useLayoutEffect(() => next.current?.focus(), []);
	const first = token.top.slice(0, LISTED);
	const place = placeOf(round.guess, first);
	return (
		<div class="answer">
			<p role="status">
				{sentences([
					t(round.right ? 'walk_guess_right' : 'walk_guess_wrong', {
						token: quoted(token.text?.trim() ?? ''),
						guess: quoted(round.guess),
					}),
					t(round.modelRight ? 'walk_guess_model_right' : 'walk_guess_model_wrong', {
						modelGuess: quoted(visibleToken(round.modelGuess)),
						probability: percent(round.modelGuess.probability),
					}),
					t('walk_guess_model_bits', {
						logProb: percent(Math.exp(token.logProb)),
						rank: ordinal(token.rank),
						token: bits(surprisalBits(token)),
					}),
					place === null
						? t('walk_guess_no_place', {first: count(first.length)})
						: t('walk_guess_place', {place: ordinal(place)}),
				])}
			</p>
			<ol class="class-rows no-logit first-classes" aria-label={t('walk_guess_first_classes')}>
				{first.map((row, i) => (
					<li key={row.id}>
						<ClassRow
							token={row}
							rank={i + 1}
							probability={row.probability}
							fraction={row.probability / (first[0].probability || 1)}
							lit={place === i + 1 ? bandOf(place) : undefined}
						/>
						<span class="small quiet">
							{[place === i + 1 && t('walk_guess_your_word'), row.id === token.id && t('walk_guess_the_word')]
								.filter(Boolean)
								.join(' · ')}
						</span>
					</li>
				))}
			</ol>
			<button ref={next} type="button" class="button go" onClick={onNext}>
				{t('walk_guess_next')}
			</button>
		</div>
	);
}
