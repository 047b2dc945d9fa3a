import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {GenerationConfig} from '../../../../src/engine/generation/config.ts';
import {generate} from '../../../../src/engine/generation/generate.ts';
import {planGeneration} from '../../../../src/engine/generation/plan.ts';
import type {OpenModel} from '../../../../src/engine/open-model.ts';
import {openBundledModel} from '../../../helpers/bundled-model.ts';
import {configOf} from './helpers.ts';

/** How far a logit of a prompt may be from that of the same text appended: see `CausalLM.extend`. */
const ROUNDING = 0.1;

/** The strategies on the bundled checkpoint, as the extension runs it. */
describe('the bundled model', () => {
	let model: OpenModel;
	let draft: OpenModel;
	let exact: OpenModel;

	beforeAll(async () => {
		model = await openBundledModel();
		draft = await openBundledModel({layers: 3});
		exact = await openBundledModel({dtype: 'fp32'});
	});
	afterAll(async () => {
		await model.lm.dispose();
		await draft.lm.dispose();
		await exact.lm.dispose();
	});

	const TEXT = 'Once upon a time there was a little girl who lived in';

	async function continued(changes: Partial<GenerationConfig>, text = TEXT, drafter = draft.lm) {
		const config = configOf(changes);
		const plan = planGeneration(config, model.lm.config);
		const ids = model.tokenizer.encode(text);
		const prefix = await model.lm.prefill(ids);
		const assistant = config.numAssistantTokens > 0 ? {model: drafter, prefix: await drafter.prefill(ids)} : undefined;
		return generate(model.lm, prefix, plan, {decode: list => model.tokenizer.decode(list), assistant});
	}

	it('continues token by token as it would by reading the whole text again', async () => {
		const {continuations} = await continued({maxNewTokens: 12});
		const ids = model.tokenizer.encode(TEXT);
		for (const id of continuations[0].ids) {
			const {logits} = await model.lm.prefill(ids);
			// The best, or so close to it that a sum rounded otherwise decides.
			expect(Math.max(...logits) - logits[id]).toBeLessThan(ROUNDING);
			ids.push(id);
		}
		expect(ids).toHaveLength(model.tokenizer.encode(TEXT).length + 12);
	});

	/** Drafts by its first three layers alone are often wrong, drafts by the same weights in float32 hardly ever. */
	it.each([
		['Once upon a time there was', 'layers', 0],
		['1 2 3 4 5', 'layers', 0],
		['The capital of France is', 'fp32', 0.7],
	] as const)('drafts and verifies the greedy text itself: %s (%s)', async (text, drafter, acceptance) => {
		const greedy = (await continued({maxNewTokens: 48}, text)).continuations[0];
		const lm = drafter === 'layers' ? draft.lm : exact.lm;
		const {continuations, trace} = await continued({maxNewTokens: 48, numAssistantTokens: 4}, text, lm);
		expect(continuations[0]).toEqual(greedy);
		const {accepted, drafted, modelCalls} = trace!.drafting!;
		expect(accepted / drafted).toBeGreaterThanOrEqual(acceptance);
		expect(modelCalls).toBeLessThan(48);
	});

	it('drafts from the text itself, bit for bit the text of greedy search and of sampling', async () => {
		const text = 'The cat sat on the mat. The dog sat on the mat. The cat sat on the';
		const calls: number[] = [];
		for (const changes of [{}, {doSample: true, seed: 3, topP: 0.9}]) {
			const plain = await continued({maxNewTokens: 32, ...changes}, text);
			const {continuations, trace} = await continued({maxNewTokens: 32, promptLookupNumTokens: 4, ...changes}, text);
			expect(continuations).toEqual(plain.continuations);
			const inRound = (wanted: number) =>
				trace!.steps.flat().filter(({why}) => why.by === 'draft' && why.round === wanted).length;
			expect(Array.from({length: 32}, (_, round) => inRound(round))).toContain(4);
			calls.push(trace!.drafting!.modelCalls);
		}
		// Without a draft, 32 tokens take 31 runs. Greedy text repeats itself.
		expect(Math.max(...calls)).toBeLessThanOrEqual(31);
		expect(calls[0]).toBeLessThan(31);
	});

	it('gives continuation i the same text however many are sampled', async () => {
		const sampled = async (numReturnSequences: number) => {
			const changes = {doSample: true, maxNewTokens: 24, temperature: 0.9, topP: 0.95, seed: 11, numReturnSequences};
			return (await continued(changes)).continuations.map(({text}) => text);
		};
		const five = await sampled(5);
		expect(new Set(five).size).toBe(5);
		expect(await sampled(1)).toEqual(five.slice(0, 1));
		expect(await sampled(2)).toEqual(five.slice(0, 2));
	});

	it('finds by beam search a text at least as probable as the greedy one, and scores it right', async () => {
		const greedy = (await continued({maxNewTokens: 12})).continuations[0];
		const {continuations, trace} = await continued({maxNewTokens: 12, numBeams: 4, numReturnSequences: 4});
		expect(continuations[0].logProb).toBeGreaterThanOrEqual(greedy.logProb - 1e-3);
		for (const {ids, logProb, beamScore} of continuations) expect(beamScore).toBeCloseTo(logProb / ids.length, 4);
		expect(trace!.steps[0]).toHaveLength(8);
	});

	it('stops at a stop string that its tokens do not spell alone', async () => {
		const [{text}] = (await continued({maxNewTokens: 24})).continuations;
		const stop = text.slice(9, 14);
		const [cut] = (await continued({maxNewTokens: 24, stopStrings: [stop]})).continuations;
		expect(cut.text).toBe(text.slice(0, text.indexOf(stop) + stop.length));
		expect(cut.finishReason).toBe('stop-string');
	});
});
