import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {GenerationConfig} from '../../../../src/engine/generation/config.ts';
import {guidedModel} from '../../../../src/engine/generation/guided-model.ts';
import {argmax} from '../../../../src/engine/math/math.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';
import {configOf, continued, PROMPT} from './helpers.ts';

const SCALE = 2.5;
const OTHER = [4, 4];
const logSoftmax = (logits: ArrayLike<number>) => {
	const values = Array.from(logits);
	const total = Math.log(values.reduce((sum, logit) => sum + Math.exp(logit), 0));
	return values.map(logit => logit - total);
};

/** A model whose logits are the guided ones already: each text is read after both prompts. */
function judge(seed: number) {
	const model = syntheticModel({seed, vocabSize: 7});
	const logits = (ids: readonly number[]) => {
		const ours = logSoftmax(model.logitsAfter(ids));
		const theirs = logSoftmax(model.logitsAfter([...OTHER, ...ids.slice(PROMPT.length)]));
		return ours.map((own, id) => SCALE * (own - theirs[id]) + theirs[id]);
	};
	return {model, guided: syntheticModel({seed, vocabSize: 7, logits})};
}

const asked = (changes: Partial<GenerationConfig>) => ({
	...changes,
	maxNewTokens: 8,
	guidanceScale: SCALE,
	negativePromptIds: OTHER,
});

describe('guidance against another prompt', () => {
	it.each([
		['greedy search', {}],
		['sampling', {doSample: true, numReturnSequences: 3, seed: 5}],
		// The guided scores are no log-probabilities until they are made so, and beams add them up.
		['beam search', {numBeams: 3, numReturnSequences: 3, renormalizeLogits: true}],
		['drafts from the text', {promptLookupNumTokens: 3, doSample: true, seed: 8}],
	] as const)('gives, under %s, the texts of a model that has the guided logits', async (_, changes) => {
		await fc.assert(
			fc.asyncProperty(fc.nat(1e6), async seed => {
				const {model, guided} = judge(seed);
				const wrapped = guidedModel(model, configOf(asked(changes)));
				const texts = await continued(wrapped, asked(changes));
				const expected = await continued(guided, {...changes, maxNewTokens: 8});
				expect(texts.continuations.map(({ids}) => ids)).toEqual(expected.continuations.map(({ids}) => ids));
			}),
			{numRuns: 15},
		);
	});

	it('takes the last token of the prompt for the other one where none is given, and reports the model’s own figures', async () => {
		const model = syntheticModel({seed: 3, vocabSize: 7});
		const changes = {maxNewTokens: 1, guidanceScale: SCALE};
		const {continuations} = await continued(guidedModel(model, configOf(changes)), changes);
		const ours = logSoftmax(model.logitsAfter(PROMPT));
		const theirs = logSoftmax(model.logitsAfter(PROMPT.slice(-1)));
		const best = argmax(Float32Array.from(ours, (own, id) => SCALE * (own - theirs[id]) + theirs[id]));
		expect(continuations[0].ids).toEqual([best]);
		expect(continuations[0].logProb).toBeCloseTo(ours[best], 5);
	});

	it('is refused where the other prompt leaves no room', async () => {
		const model = syntheticModel({contextLength: 10});
		const config = configOf({maxNewTokens: 8, guidanceScale: 2, negativePromptIds: [1, 1, 1]});
		await expect(guidedModel(model, config).prefill(PROMPT)).rejects.toThrow(/3 tokens.*room for 2/);
	});

	it('costs nothing where it is off', () => {
		const model = syntheticModel();
		expect(guidedModel(model, configOf({}))).toBe(model);
	});
});
