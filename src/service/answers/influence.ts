import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import {logSumExp} from '../../engine/math/math.ts';
import {occlusions} from '../../engine/scoring/occlusion.ts';
import type {InfluenceAnswer, OccludedPart} from '../../protocol/questions/influence.ts';
import type {Params} from '../../protocol/questions.ts';
import {type Call, promptRun} from '../call.ts';
import {classIds, promptTokens, startOfText, withBeginning} from '../prompts.ts';

/** How two classes' log-probabilities move when each part of the prompt is taken out in turn. Parts are streamed. */
export async function answerInfluence(
	{text, unit, replacement, addSpecialTokens, ...asked}: Params<'influence'>,
	call: Call<'influence'>,
): Promise<InfluenceAnswer> {
	const {lm, tokenizer} = call.model;
	const {contextLength} = lm.config;
	const [chosen] = classIds(call.model, [asked.chosen]);
	const against = asked.against === null ? null : classIds(call.model, [asked.against])[0];
	const {ids, dropped} = promptTokens(call.model, {text, appended: [], addSpecialTokens});
	if (dropped > 0) {
		throw new EngineError(
			'too-long',
			refuse('prompt-too-long', {length: ids.length + dropped, dropped, context: contextLength}),
		);
	}

	const logProbs = (logits: Float32Array) => {
		const total = logSumExp(logits);
		return {chosen: logits[chosen] - total, against: against === null ? null : logits[against] - total};
	};
	await call.turn();
	const whole = logProbs((await lm.prefill(ids, promptRun(call))).logits);
	const variants = occlusions(tokenizer, text, unit, replacement);
	const parts: OccludedPart[] = [];
	for (const {start, end, ids: left} of variants) {
		await call.turn();
		// A replacement may be longer than the part.
		const read = withBeginning(tokenizer, left, addSpecialTokens);
		const context = read.length > 0 ? read.slice(-contextLength) : startOfText(call.model);
		const {logits} = await lm.prefill(context, {signal: call.signal});
		const part = {start, end, ...logProbs(logits)};
		parts.push(part);
		call.emit({kind: 'occluded', done: parts.length, total: variants.length, part});
	}

	return {
		whole,
		chosen: tokenizer.token(chosen),
		against: against === null ? null : tokenizer.token(against),
		parts,
	};
}
