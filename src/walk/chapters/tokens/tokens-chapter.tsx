import type {TokenizeAnswer} from '../../../protocol/engine.ts';
import {useQuery} from '../../../ui/client/use-query.ts';
import {count} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {spokenToken, visibleParts, visibleToken} from '../../../ui/tokens/token-text.ts';
import {Figure} from '../../parts/figure.tsx';
import {Python, Try, Waiting} from '../../parts/prose.tsx';
import {TokenFlow} from '../../parts/token-flow.tsx';
import type {Walk} from '../../state/walk.ts';
import {WordReplay} from './word-replay.tsx';

/** Words that are split in surprising ways. */
const SAMPLES = [' Paris', 'Paris', 'strawberry', '你好', '🙂', ' antidisestablishmentarianism'];

const python = (text: string, word: string) => `from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("gpt2")
ids = tokenizer(${JSON.stringify(text)}).input_ids
print([(i, tokenizer.decode(i)) for i in ids])
print(tokenizer.tokenize(${JSON.stringify(word)}))  # Ġ stands for a space`;

/** Text to tokens: what the model reads, and how one word was put together from bytes. */
export function TokensChapter({walk}: {walk: Walk}) {
	const text = walk.text.value;
	const word = walk.address.value('tokens', 'word', 'strawberry');
	const asked = useQuery(walk.engine, 'tokenize', {text});
	const {answer} = asked;
	return (
		<>
			<p>{t('walk_tokens_1')}</p>
			<p>{answer ? tn('walk_tokens_2', answer.tokens.length, count(answer.vocabSize)) : t('walk_tokens_2_waiting')}</p>
			{answer ? (
				<TextFigure answer={answer} text={text} onWord={chosen => (word.value = chosen)} word={word.value} />
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
						onClick={() => {
							word.value = sample;
						}}
					>
						{visibleToken({text: sample})}
					</button>
				))}
				<input
					class="field mono"
					value={word.value}
					maxLength={200}
					aria-label={t('walk_tokens_word')}
					onInput={event => {
						word.value = event.currentTarget.value;
					}}
				/>
			</div>
			<WordReplay walk={walk} word={word.value} />
			<p>{t('walk_tokens_space')}</p>
			<p>{t('walk_tokens_bytes')}</p>
			<Try>{t('walk_tokens_try')}</Try>
			<Python code={python(text, word.value)} />
		</>
	);
}

interface TextFigureProps {
	answer: TokenizeAnswer;
	text: string;
	word: string;
	onWord(word: string): void;
}

/** The reader's text as its tokens with their ids; choosing one takes its word apart below. */
function TextFigure({answer: {tokens, words}, text, word, onWord}: TextFigureProps) {
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
			<TokenFlow
				label={t('walk_tokens_figure')}
				tokens={tokens.map((token, i) => ({
					token,
					note: String(token.id),
					spoken: t('walk_tokens_spoken', spokenToken(token), token.id, count(i + 1)),
					tone: words.indexOf(wordOf(i)!) % 2 === 0 ? 'even' : 'odd',
					chosen: textOf(i) === word,
				}))}
				onChoose={i => onWord(textOf(i))}
			/>
		</Figure>
	);
}
