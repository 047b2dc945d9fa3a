import {type Refusal, refuse} from '../../engine/errors/refusal.ts';
import {scorePassage} from '../../engine/scoring/passage.ts';
import {WordBorders, wordClasses} from '../../engine/scoring/words.ts';
import type {MeasureAnswer, MeasuredToken} from '../../protocol/questions/measure.ts';
import type {Params} from '../../protocol/questions.ts';
import type {Call, LentModel} from '../call.ts';
import {withBeginning} from '../prompts.ts';
import {withModel} from '../which-model.ts';
import {scoredToken} from './scored-token.ts';

/** Texts, each scored after its left context. They are streamed one by one; one that cannot be scored does not stop the others. */
export const answerMeasure = (params: Params<'measure'>, call: Call<'measure'>): Promise<MeasureAnswer> =>
	withModel(call.model, params.model ?? 'main', async opened => {
		for (const [row, text] of params.rows.entries()) {
			const placed = await placedTokens(opened, text, params, call.signal);
			const refusal = whyNot(opened, placed);
			const tokens = refusal ? [] : await scored(opened, placed, call);
			call.emit({kind: 'measured', row, tokens, refusal});
		}
		const {model, name, revision} = opened;
		const {contextLength, vocabSize} = model.lm.config;
		const own = revision === undefined ? {model: name} : {model: name, revision};
		return {...own, dtype: model.dtype, contextLength, vocabSize};
	});

interface Placed {
	/** What is read before the text's tokens. */
	begin: readonly number[];
	ids: readonly number[];
	/** UTF-16 offsets of each in the text. */
	spans: readonly {start: number; end: number}[];
}

/** The tokens of context and text together: a border between the two is as any other. A token of both counts for the text. */
async function placedTokens(
	{model: {lm, tokenizer}}: LentModel,
	{text, context = ''}: Params<'measure'>['rows'][number],
	{separator = ' ', addSpecialTokens}: Params<'measure'>,
	signal: AbortSignal,
): Promise<Placed> {
	const isOpen = context !== '' && text !== '' && !/\s$/.test(context) && !/^\s/.test(text);
	const before = isOpen ? context + separator : context;
	const whole = before + text;
	await tokenizer.prepare(whole, signal);
	const ids = tokenizer.encode(whole);
	const spans = tokenizer.spans(whole, ids);
	const found = spans.findIndex(({end}) => end > before.length);
	const first = found < 0 ? ids.length : found;
	const {bosTokenId} = lm.config;
	const beginning =
		tokenizer.beginning.length > 0
			? withBeginning(tokenizer, [], addSpecialTokens)
			: bosTokenId === null
				? []
				: [bosTokenId];
	return {
		begin: [...beginning, ...ids.slice(0, first)],
		ids: ids.slice(first),
		spans: spans.slice(first).map(({start, end}) => ({
			start: Math.max(0, start - before.length),
			end: end - before.length,
		})),
	};
}

function whyNot({model}: LentModel, {begin, ids}: Placed): Refusal | null {
	const {contextLength: context} = model.lm.config;
	const length = begin.length + ids.length;
	if (ids.length === 0) return refuse('passage-empty');
	if (length > context) return refuse('too-long', {length, context});
	return length === 1 ? refuse('passage-single') : null;
}

async function scored(
	{model: {lm, tokenizer}}: LentModel,
	{begin, ids, spans}: Placed,
	call: Call<'measure'>,
): Promise<MeasuredToken[]> {
	const words = wordClasses(tokenizer);
	const borders = new WordBorders<Omit<MeasuredToken, 'corrected'>>(words);
	const tokens: (MeasuredToken | null)[] = [];
	const before = begin.at(-1) ?? ids[0];
	borders.after(before);
	const {massAfter} = await scorePassage(lm, ids, {
		begin,
		mask: words.begins,
		signal: call.signal,
		beforeRun: call.turn,
		onScored({first, scores}) {
			for (const i of scores.rank.keys()) {
				const at = first + i;
				tokens.push(borders.next(scoredToken(tokenizer, ids[at], spans[at], scores, i), scores.mass![i]));
			}
		},
	});
	tokens.push(borders.end(massAfter!));
	return tokens.filter(token => token !== null);
}
