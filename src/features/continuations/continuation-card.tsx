import {useSignal} from '@preact/signals';
import type {VNode} from 'preact';
import {useRef} from 'preact/hooks';
import {type PlainKey, t, tn} from '../../client/browser/i18n.ts';
import type {GeneratedToken} from '../../protocol/questions/generate.ts';
import {spell} from '../../protocol/values/spell.ts';
import {count, decimal, nats} from '../../ui/format.ts';
import {roving} from '../../ui/roving.ts';
import {type Characters, charactersOf} from '../../ui/tokens/characters.ts';
import {totalLogProb} from '../../ui/tokens/log-prob.ts';
import {bandOf} from '../../ui/tokens/rank-bands.ts';
import {RunItem} from '../../ui/tokens/shared-character.tsx';
import {TokenChip} from '../../ui/tokens/token-chip.tsx';
import {visibleParts} from '../../ui/tokens/token-text.ts';
import {FormNote} from '../classes/form-place.tsx';
import type {ContinuationSoFar} from './continuations-store.ts';
import {tokenSentence} from './token-tip.tsx';

interface Props {
	continuation: ContinuationSoFar;
	index: number;
	running: boolean;
	/** In words for a writer, without numbers. */
	plain: boolean;
	/** What was added to the text of the page before this continuation: it is inserted with it. */
	added: string;
	/** Puts text into the field that the selection came from; null where there is none. Resolves with the message to show. */
	insert: ((text: string) => Promise<PlainKey>) | null;
	copy(text: string): Promise<PlainKey>;
	/** Opens it as a tree that other classes can branch. */
	openBranches(): void;
}

const arrowKeys = roving('both');

const FINISH = {
	'stop-string': 'popup_finish_stop',
	'end-of-text': 'popup_finish_end',
	form: 'popup_finish_form',
	time: 'popup_finish_time',
	context: 'popup_finish_context',
} as const;

/** One continuation: its tokens tinted by rank, its log-probability, and the actions on it. */
export function ContinuationCard({continuation, index, running, plain, added, insert, copy, openBranches}: Props) {
	const outcome = useSignal<PlainKey | null>(null);
	const drawn = useRef<{run: Characters<GeneratedToken>; item: VNode}[]>([]);
	const {tokens, finishReason, beamScore} = continuation;
	const text = () => spell(tokens);
	const act = (action: (text: string) => Promise<PlainKey>) => async () => {
		outcome.value = await action(text());
	};
	const state = running ? tn('popup_running', tokens.length) : endText(finishReason);
	// An item that has been drawn is kept: drawing all again for every new token would take the square of the time.
	const items = charactersOf(tokens).map((run, i) => {
		const before = drawn.current[i];
		if (before && isSame(before.run, run)) return before;
		const item = (token: GeneratedToken, at: number, part: boolean) => (
			<TokenItem key={at} token={token} at={`${index}.${at}`} first={at === 0} part={part} />
		);
		return {run, item: <RunItem key={i} run={run} item={item} />};
	});
	drawn.current = items;
	return (
		<li class="continuation">
			<ul
				class="continuation-text"
				dir="auto"
				aria-label={t('popup_continuation', {index: count(index + 1)})}
				{...arrowKeys}
			>
				{items.map(({item}) => item)}
				{running && <li class="caret" aria-hidden="true" />}
			</ul>
			<footer class="continuation-foot numbers">
				{tokens.length > 0 && (plain ? <InWords tokens={tokens} /> : <InNats tokens={tokens} />)}
				<FormNote {...continuation} />
				{beamScore !== null && !plain && <span>{t('popup_beam_score', {beamScore: decimal(beamScore, 3)})}</span>}
				{state && <span>{state}</span>}
				<span class="continuation-actions">
					<span role="status" class="outcome quiet">
						{outcome.value && t(outcome.value)}
					</span>
					{insert && tokens.length > 0 && !running && (
						<button
							type="button"
							class="link insert"
							title={added + text()}
							onClick={act(text => insert(added + text))}
						>
							{t('popup_insert_what', {added: excerpt(added + text())})}
						</button>
					)}
					{tokens.length > 0 && (
						<button type="button" class="link" onClick={act(copy)}>
							{t('popup_copy')}
						</button>
					)}
					{tokens.length > 0 && !running && (
						<button type="button" class="link" onClick={openBranches}>
							{t('strategies_branch')}
						</button>
					)}
				</span>
			</footer>
		</li>
	);
}

/** How probable a text is, in numbers. */
function InNats({tokens}: {tokens: readonly GeneratedToken[]}) {
	const total = totalLogProb(tokens);
	return (
		<span title={t('popup_per_token_title')}>
			{t('popup_per_token', {nats: decimal(total / tokens.length), bits: nats(total)})}
		</span>
	);
}

/** How expected a text is, in words: whether each of its tokens was in the first band of ranks, and if not, how many were not. */
function InWords({tokens}: {tokens: readonly GeneratedToken[]}) {
	const surprising = tokens.filter(({rank}) => bandOf(rank) > 1).length;
	return (
		<span title={t('popup_plain_title')}>
			{surprising === 0 ? t('popup_plain_expected') : tn('popup_plain_surprising', surprising)}
		</span>
	);
}

const EXCERPT = 24;

/** The beginning of a text, in one line and in whole words. */
function excerpt(text: string): string {
	const shown = visibleParts(text)
		.map(({raw, shown}) => (raw === ' ' ? raw : shown))
		.join('')
		.trim();
	if (shown.length <= EXCERPT) return shown;
	const start = shown.slice(0, EXCERPT + 1);
	const words = start.slice(0, Math.max(start.lastIndexOf(' '), 0)) || start.slice(0, EXCERPT);
	return `${words}…`;
}

/** Why a continuation ended; that it has the length that was asked for goes without saying. */
function endText(reason: ContinuationSoFar['finishReason']): string | null {
	if (reason === 'length') return null;
	return t(reason === null ? 'popup_stopped' : FINISH[reason]);
}

/** Whether two runs are of the very same tokens, and none has come that makes a character of them. */
const isSame = (a: Characters<GeneratedToken>, b: Characters<GeneratedToken>) =>
	a.text === b.text && a.tokens.length === b.tokens.length && a.tokens[0].token === b.tokens[0].token;

/** A generated token in the text, which can be pointed at or focused. */
function TokenItem({token, at, first, part}: {token: GeneratedToken; at: string; first: boolean; part: boolean}) {
	const sentence = tokenSentence(token);
	return (
		<li data-item tabIndex={first ? 0 : -1} data-tip={at} aria-label={sentence}>
			<TokenChip token={token} band={bandOf(token.rank)} breaks part={part} />
		</li>
	);
}
