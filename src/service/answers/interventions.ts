import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import {ablations} from '../../engine/inspect/ablations.ts';
import {attributionOf} from '../../engine/inspect/attribution.ts';
import {partsOf} from '../../engine/inspect/intervention.ts';
import {meansOf} from '../../engine/inspect/means.ts';
import {checkSameLength, patches} from '../../engine/inspect/patching.ts';
import type {PartsAnswer} from '../../protocol/questions/ablations.ts';
import {MAX_PARTS_TOKENS} from '../../protocol/questions/ablations.ts';
import type {AttributionAnswer} from '../../protocol/questions/attribution.ts';
import type {PatchesAnswer} from '../../protocol/questions/patching.ts';
import {MAX_PATCH_TOKENS} from '../../protocol/questions/patching.ts';
import type {Params} from '../../protocol/questions.ts';
import {type Call, promptRun} from '../call.ts';
import {kernelsOf, wholePrompt} from '../changed-models.ts';
import {promptTokens} from '../prompts.ts';
import {measuredTokens, measureOf} from './logit-difference.ts';

/** Every head and every feed-forward, switched off one at a time. Parts are streamed. */
export async function answerParts(
	{prompt, fill, ...asked}: Params<'parts'>,
	call: Call<'parts'>,
): Promise<PartsAnswer> {
	const {model, signal} = call;
	const lm = kernelsOf(model);
	const measure = measureOf(model, asked);
	const {ids} = promptTokens(model, prompt);
	checkShort(ids, MAX_PARTS_TOKENS);
	const parts = partsOf(lm.config);
	const run = {signal, beforeRun: call.turn};
	const means = fill === 'mean' ? await meansOf(lm, ids, run) : null;
	const answer: PartsAnswer = {...measuredTokens(model, measure), whole: 0, parts: []};
	for await (const {part, logits} of ablations(lm, ids, parts, means, run)) {
		const value = finite(measure.of(logits));
		if (!part) {
			answer.whole = value;
			continue;
		}
		answer.parts.push({...part, value});
		call.emit({
			kind: 'ablated',
			done: answer.parts.length,
			total: parts.length,
			whole: answer.whole,
			part: {...part, value},
		});
	}
	return answer;
}

/** What every part adds to the logit of a class, or to the difference of two. */
export async function answerAttribution(
	{prompt, ...asked}: Params<'attribution'>,
	call: Call<'attribution'>,
): Promise<AttributionAnswer> {
	const {model} = call;
	const lm = kernelsOf(model);
	const measure = measureOf(model, asked);
	const {ids} = promptTokens(model, prompt);
	const attribution = await attributionOf(lm, ids, measure.chosen, measure.against, promptRun(call));
	finite(attribution.rounding);
	return {...measuredTokens(model, measure), ...attribution};
}

/** The residual stream of every position and block in turn, taken from another prompt. Cells are streamed. */
export async function answerPatches(
	{prompts, ...asked}: Params<'patches'>,
	call: Call<'patches'>,
): Promise<PatchesAnswer> {
	const {model, signal} = call;
	const lm = kernelsOf(model);
	const measure = measureOf(model, asked);
	const [ids, other] = prompts.map(prompt => wholePrompt(model, prompt));
	checkSameLength(ids.length, other.length);
	checkShort(ids, MAX_PATCH_TOKENS);
	const tokensOf = (read: readonly number[]) => read.map(id => model.tokenizer.token(id));
	const answer: PatchesAnswer = {
		...measuredTokens(model, measure),
		tokens: [tokensOf(ids), tokensOf(other)],
		whole: [0, 0],
		blocks: Array.from({length: lm.config.layers + 1}, () => []),
	};
	const {blocks, ...about} = answer;
	for await (const cell of patches(lm, ids, other, {signal, beforeRun: call.turn})) {
		if ('whole' in cell) {
			answer.whole = [finite(measure.of(cell.whole[0])), finite(measure.of(cell.whole[1]))];
			call.emit({kind: 'patching', ...about, whole: answer.whole, total: blocks.length * ids.length});
			continue;
		}
		const {block, position} = cell;
		const value = finite(measure.of(cell.logits));
		blocks[block].push(value);
		call.emit({kind: 'patched', cell: {block, position, value}});
	}
	return answer;
}

/** That a prompt's residual streams can be kept. @throws EngineError `too-long`. */
function checkShort(ids: readonly number[], most: number): void {
	if (ids.length > most) throw new EngineError('too-long', refuse('interventions-long', {length: ids.length, most}));
}

/** @throws EngineError `bad-model` for what a model makes of numbers that are too large for it. */
function finite(value: number): number {
	if (Number.isFinite(value)) return value;
	throw new EngineError('bad-model', refuse('logits-not-finite'));
}
