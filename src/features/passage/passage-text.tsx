import type {VNode} from 'preact';
import {useMemo, useRef, useState} from 'preact/hooks';
import {t, tn} from '../../client/browser/i18n.ts';
import type {ScoredToken} from '../../protocol/questions/score.ts';
import type {PassageScale} from '../../protocol/values/passage-scale.ts';
import {type Chunk, rechunk} from '../../ui/chunks.ts';
import {ClassRow} from '../../ui/components/class-row.tsx';
import {TipArea} from '../../ui/components/tip-area.tsx';
import {bits, count, exactProbability, ordinal, percent} from '../../ui/format.ts';
import {roving} from '../../ui/roving.ts';
import {type Characters, charactersOf} from '../../ui/tokens/characters.ts';
import {surprisalBits, toBits} from '../../ui/tokens/log-prob.ts';
import {bandOf} from '../../ui/tokens/rank-bands.ts';
import {RunItem, TokenHead} from '../../ui/tokens/shared-character.tsx';
import {bitsColours} from '../../ui/tokens/surprisal-scale.ts';
import {TokenChip} from '../../ui/tokens/token-chip.tsx';
import {isolate, spokenToken} from '../../ui/tokens/token-text.ts';
import {wordSentence} from '../../ui/tokens/word-sentence.ts';
import type {Scored} from './scoring.ts';

interface Props {
	scored: Scored;
	scale: PassageScale;
	title: string;
}

/** More than this is shown when asked for: a book's worth of elements would make the page slow. */
const SHOWN = 2000;

const arrowKeys = roving('both');

/** The passage in colour; each token says more when pointed at or focused. */
export function PassageText({scored, scale, title}: Props) {
	const {text, tokens, vocabSize} = scored;
	const [limit, setLimit] = useState(SHOWN);
	const tip = (at: string) => {
		const token = tokens[Number(at)];
		return token && <TokenTip text={text} tokens={tokens} index={Number(at)} vocabSize={vocabSize} />;
	};
	const drawn = useRef<readonly Chunk<Characters<ScoredToken>>[]>([]);
	drawn.current = useMemo(
		() => rechunk(charactersOf(tokens.slice(0, limit)), drawn.current, isSameRun),
		[tokens, limit],
	);
	return (
		<TipArea content={tip} class="passage-box">
			<ul class="continuation-text passage-text" dir="auto" aria-label={title} {...arrowKeys}>
				{drawn.current.map(chunk => (
					<RunChunk key={chunk.key} chunk={chunk} scale={scale} />
				))}
			</ul>
			{tokens.length > limit && (
				<button type="button" class="link" onClick={() => setLimit(limit + SHOWN)}>
					{tn('passage_more', tokens.length - limit)}
				</button>
			)}
		</TipArea>
	);
}

const isSameRun = (a: Characters<ScoredToken>, b: Characters<ScoredToken>) =>
	a.tokens.length === b.tokens.length &&
	a.tokens.every(({token, index}, i) => token === b.tokens[i].token && index === b.tokens[i].index);

/** Drawn once, however many tokens come after it. */
function RunChunk({chunk, scale}: {chunk: Chunk<Characters<ScoredToken>>; scale: PassageScale}): VNode {
	const item = (token: ScoredToken, i: number, part: boolean) => (
		<li
			key={i}
			data-item
			tabIndex={i === 0 ? 0 : -1}
			data-tip={String(i)}
			aria-label={sentence(token)}
			style={scale === 'surprisal' ? bitsStyle(token) : undefined}
		>
			<TokenChip token={token} band={scale === 'rank' ? bandOf(token.rank) : undefined} breaks part={part} />
		</li>
	);
	const drawn = () => (
		<>
			{chunk.items.map(run => (
				<RunItem key={run.tokens[0].index} run={run} item={item} />
			))}
		</>
	);
	return useMemo(drawn, [chunk, scale]);
}

function bitsStyle(token: ScoredToken) {
	const {background, ink} = bitsColours(surprisalBits(token));
	return `background: ${background}; color: ${ink}`;
}

const sentence = (token: ScoredToken) =>
	t('passage_spoken', {
		token: isolate(spokenToken(token)),
		rank: ordinal(token.rank),
		probability: percent(Math.exp(token.logProb)),
		surprisal: bits(surprisalBits(token)),
	});

interface TipProps {
	text: string;
	tokens: readonly ScoredToken[];
	index: number;
	vocabSize: number;
}

function TokenTip({text, tokens, index, vocabSize}: TipProps) {
	const token = tokens[index];
	const word = wordSentence(text, tokens, index);
	const longest = token.top[0]?.probability || 1;
	return (
		<>
			<TokenHead tokens={tokens} index={index}>
				<b class="numbers">{exactProbability(Math.exp(token.logProb))}</b>
			</TokenHead>
			<dl>
				<dt>{t('passage_rank', {vocabSize: count(vocabSize)})}</dt>
				<dd>{ordinal(token.rank)}</dd>
				<dt>{t('passage_surprisal')}</dt>
				<dd>{bits(surprisalBits(token))}</dd>
				<dt>{t('passage_entropy')}</dt>
				<dd>{bits(toBits(token.entropy))}</dd>
			</dl>
			{word && <p class="small">{word}</p>}
			<p class="quiet tip-heading">{t('passage_expected')}</p>
			<div class="class-rows no-logit passage-classes">
				{token.top.map((row, i) => (
					<ClassRow
						key={row.id}
						token={row}
						rank={i + 1}
						probability={row.probability}
						fraction={row.probability / longest}
					/>
				))}
			</div>
			{index === 0 && <p class="quiet small">{t('passage_start_note')}</p>}
		</>
	);
}
