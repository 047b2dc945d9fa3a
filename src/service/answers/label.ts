import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import {bestOf, calibrated, evaluate, restrictedSoftmax} from '../../engine/scoring/calibration.ts';
import {continuationScores, sumOfLogProbs} from '../../engine/scoring/continuation-scores.ts';
import type {LabelAnswer, Labelled} from '../../protocol/questions/label.ts';
import {labelAfter, labelPrompt} from '../../protocol/questions/label.ts';
import type {Params} from '../../protocol/questions.ts';
import type {Call} from '../call.ts';
import {promptTokens} from '../prompts.ts';

/** Texts classified by the log-probability of each label as a continuation of the filled template. */
export async function answerLabel(params: Params<'label'>, call: Call<'label'>): Promise<LabelAnswer> {
	const {texts, labels, contentFree, truths, addSpecialTokens} = params;
	const {tokenizer, lm} = call.model;
	checkLabels(params);
	const promptOf = (text: string) => labelPrompt(params, text);
	const endings = labels.map(label => tokenizer.encodeRest(labelAfter(params.template, label)));
	const longest = Math.max(...endings.map(ids => ids.length));

	const logProbs = async (text: string) => {
		await call.turn();
		const {ids, dropped} = promptTokens(
			call.model,
			{text: promptOf(text), appended: [], addSpecialTokens},
			longest - 1,
		);
		const prefix = await lm.prefill(ids, {signal: call.signal});
		const scores = await continuationScores(lm, prefix, endings, {signal: call.signal});
		return {sums: scores.map(sumOfLogProbs), dropped};
	};
	const free = contentFree === null ? null : (await logProbs(contentFree)).sums;

	const rows: Labelled[] = [];
	for (const text of texts) {
		const {sums, dropped} = await logProbs(text);
		const probabilities = restrictedSoftmax(sums);
		const after = free && calibrated(sums, free);
		const row = {logProbs: sums, probabilities, calibrated: after, best: bestOf(after ?? probabilities), dropped};
		rows.push(row);
		call.emit({kind: 'labelled', done: rows.length, total: texts.length, row});
	}

	const predictions = rows.map(row => row.best);
	const hasTruth = truths?.some(truth => truth !== null) ?? false;
	return {
		rows,
		prompt: promptOf(texts[0]),
		labelTokens: endings.map(ids => ids.map(id => tokenizer.token(id))),
		contentFree: free && restrictedSoftmax(free),
		evaluation: hasTruth ? evaluate(predictions, truths!, labels.length) : null,
	};
}

function checkLabels({labels, examples, truths, texts}: Params<'label'>): void {
	const known = [...examples.map(example => example.label), ...(truths ?? []).filter(truth => truth !== null)];
	const unknown = known.find(label => label >= labels.length);
	if (unknown !== undefined)
		throw new EngineError('bad-parameter', refuse('label-missing', {label: unknown, count: labels.length}));
	if (truths && truths.length !== texts.length)
		throw new EngineError('bad-parameter', refuse('truths-count', {texts: texts.length, truths: truths.length}));
}
