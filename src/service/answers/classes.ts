import {endsOf} from '../../engine/generation/config.ts';
import {samplingDistribution} from '../../engine/generation/distribution.ts';
import {biasesAfter} from '../../engine/generation/processors/sequence-bias.ts';
import type {Generation} from '../../engine/parameters/registry.ts';
import type {ClassesAnswer, FindAnswer} from '../../protocol/questions/classes.ts';
import type {Params} from '../../protocol/questions.ts';
import type {Prompt} from '../../protocol/values/prompt.ts';
import {type Call, promptRun} from '../call.ts';
import {decodingContext} from '../decoding-context.ts';
import {engineConfig} from '../engine-config.ts';
import {appendedBefore, promptOfClass} from '../prompts.ts';
import {ClassTable} from './class-rows.ts';
import {formStanding} from './form-standing.ts';

/** How many of the classes that the sampling settings cut are listed. */
const CUT_CLASSES = 3;

/** The distribution over the next class. */
export async function answerClasses(
	{prompt, generation, limit}: Params<'classes'>,
	call: Call<'classes'>,
): Promise<ClassesAnswer> {
	const {table, sampling, tokens, form} = await classify(prompt, generation, call);
	const {tokenizer, lm} = call.model;
	const {pushed} = table;
	return {
		tokens: tokens.ids.slice(tokens.added).map(id => tokenizer.promptToken(id)),
		dropped: tokens.dropped,
		beginning: tokenizer.beginning.map(id => tokenizer.token(id)),
		fromEndOfText: tokens.fromEndOfText,
		vocabSize: lm.config.vocabSize,
		model: table.top(limit),
		entropyBits: table.entropyBits,
		sampling: table.topSampling(limit, CUT_CLASSES),
		samplingEntropyBits: table.samplingEntropyBits,
		keptCount: sampling.keptCount,
		keptProbability: sampling.keptProbability,
		bands: table.bands,
		...(pushed && {pushed}),
		...(form && {form}),
	};
}

/** Where does a class rank? The one that is exactly the query, and the most probable of those that contain it. */
export async function answerFind(
	{prompt, generation, query, limit}: Params<'find'>,
	call: Call<'find'>,
): Promise<FindAnswer> {
	const {tokenizer} = call.model;
	const {table, logits} = await classify(prompt, generation, call);
	const queryIds = tokenizer.encodeRest(query);
	const rowOf = (id: number | undefined) => (id === undefined ? null : table.rows([id])[0]);
	const containing = query === '' ? [] : tokenizer.containing(query);
	const best = containing.sort((a, b) => logits[b] - logits[a] || a - b).slice(0, limit);
	const spelling = (text: string) => containing.filter(id => tokenizer.token(id).text === text);
	// A byte that a vocabulary falls back to may be spelled as a character is: the one that the text becomes counts.
	const same = spelling(query);
	const alone = queryIds.length === 1 ? queryIds[0] : undefined;
	const exact = alone !== undefined && same.includes(alone) ? alone : (same[0] ?? alone);
	const spaced = rowOf(spelling(` ${query}`)[0]);
	return {
		exact: rowOf(exact),
		...(spaced && {spaced}),
		tokens: queryIds.map(id => tokenizer.token(id)),
		rows: table.rows(best),
		total: containing.length,
	};
}

/** The distribution after a prompt: the LM head's own logits, [V], and the one that is sampled from. */
async function classify(prompt: Prompt, generation: Generation, call: Call<'classes' | 'find'>) {
	const {lm, tokenizer} = call.model;
	const tokens = promptOfClass(call.model, prompt, generation.maxNewTokens);
	const logits = await call.stepwise.logits(tokens, promptRun(call));
	const config = engineConfig(generation, tokenizer, appendedBefore(tokens));
	const context = await decodingContext(tokens, config, call);
	const sampling = samplingDistribution(logits, config, lm.config, context);
	const ends = endsOf(config, lm.config);
	const form = formStanding(config, logits, context.generated, ends);
	const added = biasesAfter(tokens.ids, config.sequenceBiases);
	const before = () => samplingDistribution(logits, {...config, sequenceBiases: []}, lm.config, context).scores;
	const pushes = added.size > 0 ? {added, before: before()} : undefined;
	const table = new ClassTable(tokenizer, logits, sampling, ends, {fits: form?.fits, against: context.against, pushes});
	return {tokens, logits, sampling, table, form: form?.answer ?? null};
}
