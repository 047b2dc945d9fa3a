import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import {addBiasGradient, biasAfterStep, crossEntropy, withBias} from '../../engine/inspect/bias-step.ts';
import {softmax, topClasses} from '../../engine/math/math.ts';
import type {BiasStepAnswer} from '../../protocol/questions/bias-step.ts';
import {MAX_BATCH} from '../../protocol/questions/bias-step.ts';
import type {Params} from '../../protocol/questions.ts';
import type {Call} from '../call.ts';
import {startOfText} from '../prompts.ts';

/** Positions per run: the logits of each take 4 bytes a class. */
const CHUNK = 32;
/** How many classes each list holds. */
const LISTED = 8;

/** A text as a training batch, and what one step of gradient descent on a bias of the head's logits does to it. */
export async function answerBiasStep(
	{text, learningRate, position, addSpecialTokens = true}: Params<'biasStep'>,
	call: Call<'biasStep'>,
): Promise<BiasStepAnswer> {
	const {lm, tokenizer} = call.model;
	const all = tokenizer.encode(text);
	// Where nothing is put before the text, its own first token is what the others are predicted from.
	const start = addSpecialTokens ? startOfText(call.model) : all.slice(0, 1);
	const rest = addSpecialTokens ? all : all.slice(1);
	const targets = rest.slice(0, Math.min(MAX_BATCH, lm.config.contextLength - start.length));
	if (targets.length === 0) throw new EngineError('bad-parameter', refuse('passage-empty-type'));
	const rows = await logitsOf(start, targets, call);

	const gradient = new Float64Array(lm.config.vocabSize);
	for (const [i, target] of targets.entries()) addBiasGradient(gradient, rows[i], target, 1 / targets.length);
	const bias = biasAfterStep(gradient, learningRate);
	const tokens = targets.map((target, i) => ({
		...tokenizer.token(target),
		before: crossEntropy(rows[i], target),
		after: crossEntropy(rows[i], target, bias),
	}));
	const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
	const slopes = (values: Float32Array) =>
		Array.from(topClasses(values, LISTED), id => ({...tokenizer.token(id), gradient: gradient[id], bias: bias[id]}));

	const at = Math.min(position, targets.length - 1);
	const [before, after] = [softmax(rows[at]), softmax(withBias(rows[at], bias))];
	const shown = new Set([...topClasses(rows[at], LISTED), targets[at]]);
	return {
		tokens,
		meanBefore: mean(tokens.map(token => token.before)),
		meanAfter: mean(tokens.map(token => token.after)),
		predictedChange: -learningRate * gradient.reduce((sum, slope) => sum + slope * slope, 0),
		raised: slopes(Float32Array.from(gradient, slope => -slope)),
		lowered: slopes(Float32Array.from(gradient)),
		classes: [...shown].map(id => ({...tokenizer.token(id), before: before[id], after: after[id]})),
		left: rest.length - targets.length,
	};
}

/** The logits that every target is predicted by, the first from the start alone. */
async function logitsOf(start: readonly number[], targets: readonly number[], {model, signal, emit}: Call<'biasStep'>) {
	const {lm} = model;
	const {vocabSize} = lm.config;
	const prefix = await lm.prefill(start, {signal});
	const rows = [prefix.logits];
	let branches = null;
	while (rows.length < targets.length) {
		const chunk = targets.slice(rows.length - 1, Math.min(rows.length - 1 + CHUNK, targets.length - 1));
		const step = await lm.extend(prefix, branches, [chunk], {rows: 'all', signal});
		branches = step.branches;
		for (let i = 0; i < chunk.length; i++) rows.push(step.logits.subarray(i * vocabSize, (i + 1) * vocabSize));
		emit({kind: 'progress', phase: 'passage', done: rows.length, total: targets.length});
	}

	return rows;
}
