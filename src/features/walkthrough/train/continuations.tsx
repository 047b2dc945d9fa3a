import {t} from '../../../client/browser/i18n.ts';
import {count} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';
import type {Look} from './trainer/messages.ts';

interface Props {
	prompt: string;
	/** The steps whose continuation is shown, in their order. */
	steps: readonly number[];
	/** Steps done. */
	step: number;
	/** The one at the needle. */
	at: number;
	looks: ReadonlyMap<number, Look>;
	/** The words of the text that is learned. */
	words: ReadonlySet<string>;
}

const WORD = /(\p{L}{2,})/u;
/** The text's words of two letters and more, by which one sees what of it was learned. */
export const wordsOf = (text: string): ReadonlySet<string> => new Set(text.match(/\p{L}{2,}/gu));

const decoder = new TextDecoder();

/** The same sentence, continued by the model as it was after 0, 10, 100, ... steps; all draw the same random numbers. */
export const Continuations = ({prompt, steps, step, at, looks, words}: Props) => (
	<section class="written" aria-labelledby="written-title">
		<h2 id="written-title">{t('walk_train_writes', {visibleToken: quoted(visibleToken({text: prompt}))})}</h2>
		<p class="readout">{t('walk_train_writes_note')}</p>
		<ol>
			{steps.map(shown => (
				<li key={shown} class={shown === at ? 'is-at' : undefined} aria-current={shown === at ? 'step' : undefined}>
					<b>{count(shown)}</b>
					<p class="mono">
						{shown > step ? (
							<span class="quiet">{t('walk_train_not_yet')}</span>
						) : (
							<Continued bytes={looks.get(shown)?.continuation} words={words} />
						)}
					</p>
				</li>
			))}
		</ol>
	</section>
);

/** A part of a continuation: an untrained model writes bytes that are no characters, and there are too many to name each. */
const shown = (text: string) => text.replaceAll('\n', '↵').replace(/[\p{Cc}\p{Cf}\ufffd]/gu, '▯');

function Continued({bytes, words}: {bytes: Uint8Array | undefined; words: ReadonlySet<string>}) {
	if (!bytes || bytes.length === 0) return <span class="quiet">…</span>;
	return (
		<>
			{decoder
				.decode(bytes)
				.split(WORD)
				.map((part, i) => (words.has(part) ? <b key={i}>{part}</b> : shown(part)))}
		</>
	);
}
