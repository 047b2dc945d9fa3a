import {enumeration, t, tn} from '../../../client/browser/i18n.ts';
import {useQuery} from '../../../client/use-query.ts';
import type {TokenizeAnswer} from '../../../protocol/questions/tokenize.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {count} from '../../../ui/format.ts';
import {pythonLiteral} from '../../../ui/python/python.ts';
import {spokenToken, visibleParts, visibleToken} from '../../../ui/tokens/token-text.ts';
import {Python, Try, Waiting, WriteText} from '../shared/prose.tsx';
import {loadTokenizerInPython} from '../shared/python.ts';
import {TokenFlow} from '../shared/token-flow.tsx';
import type {Walk} from '../state/walk.ts';
import {WordReplay} from './word-replay.tsx';

/** Words that are split in surprising ways. */
const SAMPLES = [' Paris', 'Paris', 'strawberry', '你好', '🙂', ' antidisestablishmentarianism'];

const python = (text: string, word: string, model: string | null) => `${loadTokenizerInPython(model)}
ids = tokenizer(${pythonLiteral(text)}).input_ids
print([(i, tokenizer.decode(i)) for i in ids])
print(tokenizer.tokenize(${pythonLiteral(word)}))  # Ġ or ▁ stands for a space`;

/** Text to tokens: what the model reads, and how one word was put together from bytes. */
export function TokensChapter({walk}: {walk: Walk}) {
	const text = walk.text.value;
	const word = walk.address.value('tokens', 'word', 'strawberry');
	const step = walk.address.value('tokens', 'step', '');
	const choose = (next: string) => {
		word.value = next;
		// A new word begins at its bytes.
		step.value = '';
	};
	const asked = useQuery(walk.engine, 'tokenize', {text});
	const {answer} = asked;
	const beginning = walk.beginning.isAdded.value ? (answer?.beginning ?? []) : [];
	return (
		<>
			<p>{t('walk_tokens_1')}</p>
			<p>
				{answer
					? tn('walk_tokens_2', answer.tokens.length, {vocabSize: count(answer.vocabSize)})
					: t('walk_tokens_2_waiting')}
			</p>
			{text === '' ? (
				<WriteText />
			) : answer ? (
				<TextFigure answer={answer} beginning={beginning} text={text} onWord={choose} word={word.value} />
			) : (
				<Waiting {...asked} />
			)}
			<h2>{t('walk_tokens_merges_title')}</h2>
			<p>{t('walk_tokens_merges')}</p>
			<div class="samples">
				{SAMPLES.map(sample => (
					<button
						key={sample}
						type="button"
						class="button mono"
						aria-pressed={word.value === sample}
						aria-label={spokenToken({text: sample})}
						onClick={() => choose(sample)}
					>
						{visibleToken({text: sample})}
					</button>
				))}
				<input
					class="field mono"
					value={word.value}
					maxLength={200}
					aria-label={t('walk_tokens_word')}
					onInput={event => choose(event.currentTarget.value)}
				/>
			</div>
			<WordReplay walk={walk} word={word.value} step={step} />
			<p>{t('walk_tokens_space')}</p>
			<p>{t('walk_tokens_bytes')}</p>
			<Try>{t('walk_tokens_try')}</Try>
			<Python code={python(text, word.value, walk.model.value?.id ?? null)} />
		</>
	);
}

/** A reader does not look through more boxes than this. */
const DRAWN = 1000;

interface TextFigureProps {
	answer: TokenizeAnswer;
	/** What of it comes before the text. */
	beginning: readonly Token[];
	text: string;
	word: string;
	onWord(word: string): void;
}

/** The reader's text as its tokens with their ids; choosing one takes its word apart below. */
function TextFigure({answer: {tokens: all, words}, beginning, text, word, onWord}: TextFigureProps) {
	const tokens = all.slice(0, DRAWN);
	const wordOf = (index: number) => words.find(({first, count}) => index >= first && index < first + count);
	const textOf = (index: number) => {
		const found = wordOf(index);
		return found ? text.slice(found.start, found.end) : '';
	};
	const shown = (part: string) =>
		visibleParts(part)
			.map(({shown}) => shown)
			.join('');
	return (
		<Figure
			name="tokens"
			title={t('walk_tokens_figure')}
			numbers={() => ({
				columns: [t('walk_column_position'), t('walk_column_token'), t('walk_column_id'), t('walk_column_word')],
				rows: tokens.map((token, i) => [count(i + 1), visibleToken(token), String(token.id), shown(textOf(i))]),
			})}
		>
			{beginning.length > 0 && (
				<p class="readout">
					{t('walk_tokens_beginning', {
						beginning: enumeration(beginning.map(token => `${visibleToken(token)} (${token.id})`)),
						all: count(beginning.length + all.length),
					})}
				</p>
			)}
			<TokenFlow
				label={t('walk_tokens_figure')}
				tokens={tokens.map((token, i) => ({
					token,
					note: String(token.id),
					spoken: t('walk_tokens_spoken', {token: spokenToken(token), id: token.id, index: count(i + 1)}),
					tone: words.indexOf(wordOf(i)!) % 2 === 0 ? 'even' : 'odd',
					chosen: textOf(i) === word,
				}))}
				onChoose={i => onWord(textOf(i))}
			/>
			{all.length > DRAWN && <p class="readout">{tn('walk_tokens_first', all.length, {drawn: count(DRAWN)})}</p>}
		</Figure>
	);
}
