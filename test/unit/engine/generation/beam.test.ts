import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {GenerationConfig} from '../../../../src/engine/generation/config.ts';
import type {GenerateHooks} from '../../../../src/engine/generation/continuation.ts';
import {Form} from '../../../../src/engine/generation/form/form.ts';
import {HeldForm} from '../../../../src/engine/generation/form/held.ts';
import {FormVocabulary} from '../../../../src/engine/generation/form/vocabulary.ts';
import {beamSearch} from '../../../../src/engine/generation/strategies/beam.ts';
import {logSoftmax} from '../../../../src/engine/math/math.ts';
import {type SyntheticModel, syntheticModel} from '../../../helpers/synthetic-model.ts';
import {chiSquared, chiSquaredLimit, continued, decodingOf, PROMPT} from './helpers.ts';

const seeds = fc.integer({min: 0, max: 1e6});
const logProbsAfter = async (model: SyntheticModel, ids: readonly number[]) =>
	logSoftmax((await model.prefill([...PROMPT, ...ids])).logits);

/** Every text of at most `length` tokens that is complete: it ends with the end of text, or has that length. */
async function everyText(model: SyntheticModel, length: number): Promise<{ids: number[]; sum: number}[]> {
	const complete: {ids: number[]; sum: number}[] = [];
	let open = [{ids: [] as number[], sum: 0}];
	for (let n = 1; n <= length; n++) {
		const next: typeof open = [];
		for (const {ids, sum} of open) {
			(await logProbsAfter(model, ids)).forEach((logProb, id) => {
				const text = {ids: [...ids, id], sum: sum + logProb};
				(model.config.eosTokenIds.includes(id) || n === length ? complete : next).push(text);
			});
		}
		open = next;
	}
	return complete;
}

/** Beam search as its textbook definition has it, for a model that never ends a text. */
async function textbook(model: SyntheticModel, length: number, beams: number) {
	let state = [{ids: [] as number[], sum: 0}];
	for (let n = 0; n < length; n++) {
		const all: typeof state = [];
		for (const {ids, sum} of state) {
			(await logProbsAfter(model, ids)).forEach((logProb, id) => {
				all.push({ids: [...ids, id], sum: sum + logProb});
			});
		}
		state = all.sort((a, b) => b.sum - a.sum).slice(0, beams);
	}
	return state;
}

describe('beam search with several ends', () => {
	it('finds what exhaustive search finds, and keeps enough beams when several end at once', async () => {
		await fc.assert(
			fc.asyncProperty(seeds, async seed => {
				const model = syntheticModel({seed, vocabSize: 5, eosTokenId: [0, 3, 4]});
				const texts = (await everyText(model, 3)).map(({ids, sum}) => ({ids, score: sum / ids.length}));
				const best = texts.sort((a, b) => b.score - a.score)[0];
				const {continuations} = await continued(model, {numBeams: 12, maxNewTokens: 3, earlyStopping: 'never'});
				expect(continuations[0].ids).toEqual(best.ids);
			}),
			{numRuns: 30},
		);
		// Hugging Face considers (1 + ends) x beams candidates: the three ends come first, and two beams must still go on.
		const model = syntheticModel({
			vocabSize: 5,
			eosTokenId: [0, 1, 2],
			logits: () => [0.4, 0.3, 0.15, 0.1, 0.05].map(Math.log),
		});
		const {trace} = await continued(model, {numBeams: 2, maxNewTokens: 2, earlyStopping: 'never', lengthPenalty: 2});
		const [first] = trace!.steps;
		expect(first.filter(({status}) => status === 'kept').map(({id}) => id)).toEqual([3, 4]);
	});

	it('finds the same whether the ends are the model’s or asked for', async () => {
		const ending = (eosTokenId: readonly number[], asked: number[]) =>
			continued(syntheticModel({vocabSize: 5, eosTokenId, logits: () => [0.4, 0.3, 0.15, 0.1, 0.05].map(Math.log)}), {
				eosTokenId: asked,
				numBeams: 2,
				maxNewTokens: 2,
				earlyStopping: 'never',
				lengthPenalty: 2,
			});
		expect(await ending([4], [0, 1, 2])).toEqual(await ending([0, 1, 2], []));
	});
});

describe('held to a form whose texts have a class that ends them', () => {
	it('ends only where the form is complete without it', async () => {
		const vocabulary = new FormVocabulary([...Array.from('abcdefg', sign => new TextEncoder().encode(sign)), null]);
		const heldTo = new HeldForm(new Form('regex', 'a|ab|b[cd]d|ga|ga[cd]', vocabulary), []);
		const config: Partial<GenerationConfig> = {formKind: 'regex', heldTo, eosTokenId: [7, 2], maxNewTokens: 9};
		await fc.assert(
			fc.asyncProperty(seeds, async seed => {
				const model = syntheticModel({seed, vocabSize: 8});
				for (const numBeams of [1, 3]) {
					const [{text}] = (await continued(model, {...config, numBeams})).continuations;
					expect(['a', 'ab', 'bdd', 'ga', 'gad']).toContain(text);
				}
			}),
			{numRuns: 40},
		);
	});
});

describe('beam search', () => {
	it.each([1, 0, 2, -1])(
		'finds what exhaustive search finds when the beams cover the tree (length penalty %d)',
		async lengthPenalty => {
			await fc.assert(
				fc.asyncProperty(
					seeds,
					fc.constantFrom<boolean | 'never'>(true, false, 'never'),
					async (seed, earlyStopping) => {
						const model = syntheticModel({seed, vocabSize: 4});
						const texts = (await everyText(model, 3))
							.map(({ids, sum}) => ({ids, score: sum / ids.length ** lengthPenalty}))
							.sort((a, b) => b.score - a.score);
						const config = {numBeams: 64, numReturnSequences: 10, maxNewTokens: 3, lengthPenalty, earlyStopping};
						const {continuations} = await continued(model, config);
						expect(continuations.map(({ids}) => ids)).toEqual(texts.slice(0, 10).map(({ids}) => ids));
						continuations.forEach(({beamScore}, i) => {
							expect(beamScore).toBeCloseTo(texts[i].score, 4);
						});
					},
				),
				{numRuns: 15},
			);
		},
	);

	it('with one beam is greedy search', async () => {
		await fc.assert(
			fc.asyncProperty(seeds, async seed => {
				const model = syntheticModel({seed, vocabSize: 6});
				const greedy = (await continued(model, {maxNewTokens: 8})).continuations[0];
				const beam = (await beamSearch(await decodingOf(model, {maxNewTokens: 8}))).continuations[0];
				expect({...beam, beamScore: null}).toEqual(greedy);
			}),
			{numRuns: 40},
		);
	});

	it('keeps the textbook beams at every width', async () => {
		await fc.assert(
			fc.asyncProperty(seeds, fc.integer({min: 2, max: 6}), async (seed, numBeams) => {
				const model = syntheticModel({seed, vocabSize: 7, eosTokenId: 99});
				const {continuations} = await continued(model, {numBeams, numReturnSequences: numBeams, maxNewTokens: 5});
				const expected = await textbook(model, 5, numBeams);
				expect(continuations.map(({ids}) => ids)).toEqual(expected.map(({ids}) => ids));
				expect(continuations[0].beamScore).toBeCloseTo(expected[0].sum / 5, 5);
			}),
			{numRuns: 20},
		);
	});

	/** After `a`: `b` 0.6, end 0.4. After `a b`: end 0.9, `b` 0.1. Anything else: `b`. */
	const twoEndings = syntheticModel({
		vocabSize: 3,
		logits: ids => {
			const text = ids.slice(PROMPT.length).join('');
			if (text === '') return [0.98, 0.01, 0.01].map(Math.log);
			if (text === '0') return [1e-6, 0.6, 0.4].map(Math.log);
			if (text === '01') return [1e-6, 0.1, 0.9].map(Math.log);
			return [1e-6, 1, 1e-6].map(Math.log);
		},
	});

	it('ranks by sum / length ** lengthPenalty, so that a higher penalty prefers the longer text', async () => {
		const best = async (lengthPenalty: number) =>
			(await continued(twoEndings, {numBeams: 2, maxNewTokens: 6, lengthPenalty})).continuations[0];
		const neutral = await best(0);
		expect(neutral.ids).toEqual([0, 1, 2]); // ln 0.98 + ln 0.6 + ln 0.9
		expect(neutral.beamScore).toBeCloseTo(Math.log(0.98 * 0.6 * 0.9), 5);
		expect((await best(-3)).ids).toEqual([0, 2]); // 8 ln(0.98 * 0.4) is above 27 ln(0.98 * 0.54)
		const long = await best(1);
		expect(long.beamScore).toBeCloseTo(Math.log(0.98 * 0.6 * 0.9) / 3, 5);
	});

	it('stops early as told: at once, when no beam would win now, or when none could ever', async () => {
		/** After `a`: `b` 0.6, end 0.4. After `a b`: end 0.5, `b` 0.5. Anything else: `a` 0.5, `b` 0.5. */
		const model = syntheticModel({
			vocabSize: 3,
			logits: ids => {
				const text = ids.slice(PROMPT.length).join('');
				if (text === '') return [0.98, 0.01, 0.01].map(Math.log);
				if (text === '0') return [1e-6, 0.6, 0.4].map(Math.log);
				if (text === '01') return [1e-6, 0.5, 0.5].map(Math.log);
				return [0.5, 0.5, 1e-6].map(Math.log);
			},
		});
		const steps = async (earlyStopping: boolean | 'never') => {
			const {trace} = await continued(model, {numBeams: 2, maxNewTokens: 12, earlyStopping});
			return trace!.steps.length;
		};
		// Two texts are complete after 3 tokens; the worse has the score ln 0.392 / 2 = -0.47. The open beam `a b b` has
		// -1.22 / 3 = -0.41, and after 4 tokens -1.92 / 4 = -0.48. If it stopped losing then, it could still have
		// -1.92 / 12 = -0.16 after 12; after 10 tokens it has -6.08 / 12 = -0.51 at best.
		expect(await steps(true)).toBe(3);
		expect(await steps(false)).toBe(4);
		expect(await steps('never')).toBe(10);
	});

	it('traces every candidate to its parent, with its status', async () => {
		const model = syntheticModel({seed: 11, vocabSize: 6});
		const {continuations, trace} = await continued(model, {numBeams: 3, numReturnSequences: 3, maxNewTokens: 5});
		const {steps} = trace!;
		let before: {ids: number[]; score: number}[] = [{ids: [], score: 0}];
		const finished: number[][] = [];
		for (const candidates of steps) {
			const grown: typeof before = [];
			for (const {id, parent, logProb, score, status} of candidates) {
				const ids = [...before[parent].ids, id];
				expect(logProb).toBeCloseTo((await logProbsAfter(model, before[parent].ids))[id], 5);
				expect(score).toBeCloseTo(before[parent].score + logProb!, 4);
				grown.push({ids, score: score!});
				if (status === 'finished') finished.push(ids);
			}
			before = grown;
		}
		for (const {ids} of continuations) expect(finished).toContainEqual(ids);
	});

	it.each<[string, Partial<GenerationConfig>]>([
		['one search', {}],
		['one search that ends early', {earlyStopping: true}],
		['one search for long texts', {earlyStopping: 'never', lengthPenalty: 2}],
	])(
		'traces which candidates grow on: those that the next step has as parents, and none at the end (%s)',
		async (_, changes) => {
			await fc.assert(
				fc.asyncProperty(seeds, fc.integer({min: 1, max: 6}), async (seed, maxNewTokens) => {
					const heard: string[][] = [];
					const hooks: Partial<GenerateHooks> = {
						onHypotheses(_step, hypotheses) {
							const scores = hypotheses.map(({score}) => score);
							expect(scores).toEqual(scores.toSorted((a, b) => b - a));
							heard.push(hypotheses.map(({ids}) => String(ids)).sort());
						},
					};
					const model = syntheticModel({seed, vocabSize: 4});
					const config = {numBeams: 4, numReturnSequences: 4, maxNewTokens, ...changes};
					const {continuations, trace} = await continued(model, config, hooks);
					const {steps} = trace!;
					expect(heard).toHaveLength(steps.length);
					let before: {ids: number[]; status: string}[] = [{ids: [], status: 'kept'}];
					const finished: string[] = [];
					for (const [t, candidates] of steps.entries()) {
						const grown = candidates.map(({id, parent, status}) => {
							expect(['kept', 'pruned', 'finished']).toContain(status);
							expect(before[parent].status).toBe('kept');
							return {ids: [...before[parent].ids, id], status};
						});
						for (const {ids, status} of grown) if (status === 'finished') finished.push(String(ids));
						const kept = grown.filter(({status}) => status === 'kept').map(({ids}) => String(ids));
						expect(kept.sort()).toEqual(t < steps.length - 1 ? heard[t] : []);
						before = grown;
					}
					for (const {ids} of continuations) expect(finished).toContain(String(ids));
				}),
				{numRuns: 20},
			);
		},
	);

	it('ends when the end of text is all that is left', async () => {
		const model = syntheticModel({vocabSize: 3});
		const banned = {badWordsIds: [[0], [1]]};
		const {continuations} = await continued(model, {...banned, numBeams: 2, numReturnSequences: 2, maxNewTokens: 5});
		expect(continuations.map(({ids, finishReason}) => [ids, finishReason])).toEqual([[[2], 'end-of-text']]);
	});

	it('tells the hypotheses of a single step too', async () => {
		const heard: (readonly number[])[][] = [];
		const model = syntheticModel({vocabSize: 4, eosTokenId: 99, logits: () => [0.1, 0.5, 0.3, 0.1].map(Math.log)});
		await continued(
			model,
			{numBeams: 2, maxNewTokens: 1},
			{onHypotheses: (_, hypotheses) => heard.push(hypotheses.map(({ids}) => ids))},
		);
		expect(heard).toEqual([[[1], [2]]]);
	});

	it('reports the end of every continuation after its tokens', async () => {
		const events: string[] = [];
		await continued(
			syntheticModel({seed: 4, eosTokenId: 99}),
			{numBeams: 3, numReturnSequences: 2, maxNewTokens: 4},
			{
				onTokens: tokens => events.push(`${tokens.length} tokens of ${tokens[0].branch}`),
				onFinished: (branch, reason) => events.push(`${branch} ${reason}`),
			},
		);
		expect(events).toEqual(['4 tokens of 0', '4 tokens of 1', '0 length', '1 length']);
	});

	it('tells the living hypotheses after every step, best first, and the tokens at the end', async () => {
		const heard: number[][][] = [];
		const tokens: number[][] = [[], []];
		const {continuations} = await continued(
			syntheticModel({seed: 4, eosTokenId: 99}),
			{numBeams: 3, numReturnSequences: 2, maxNewTokens: 4},
			{
				onHypotheses(step, hypotheses) {
					heard.push(hypotheses.map(({ids}) => [...ids]));
					expect(heard).toHaveLength(step);
					expect(hypotheses.map(({score}) => score)).toEqual(hypotheses.map(({score}) => score).sort((a, b) => b - a));
				},
				onTokens(gained) {
					for (const {branch, token} of gained) tokens[branch].push(token.id);
				},
			},
		);
		expect(heard.map(hypotheses => hypotheses.map(ids => ids.length))).toEqual([1, 2, 3, 4].map(n => [n, n, n]));
		expect(tokens).toEqual(continuations.map(({ids}) => ids));
		expect(heard[3].slice(0, 2)).toEqual(tokens);
	});

	it('reads the prompt once and reorders beams by rows alone', async () => {
		const model = syntheticModel({seed: 5, eosTokenId: 99});
		await continued(model, {numBeams: 4, maxNewTokens: 5});
		expect(model.calls.filter(call => call.method === 'prefill')).toHaveLength(1);
		const steps = model.calls.filter(call => call.method === 'extend');
		expect(steps.map(({tokens, cached}) => [tokens.length, tokens[0].length, cached])).toEqual(
			[0, 1, 2, 3].map(cached => [4, 1, cached]),
		);
	});

	it('ends a beam with a stop string as with the end of text', async () => {
		const {continuations} = await continued(syntheticModel({seed: 6, eosTokenId: 99}), {
			numBeams: 4,
			numReturnSequences: 4,
			maxNewTokens: 6,
			stopStrings: ['c'],
		});
		const stopped = continuations.filter(({finishReason}) => finishReason === 'stop-string');
		expect(stopped.length).toBeGreaterThan(0);
		for (const {ids, finishReason} of continuations) {
			expect(ids.indexOf(2)).toBe(finishReason === 'stop-string' ? ids.length - 1 : -1);
		}
	});
});

describe('beam sampling', () => {
	it('repeats itself for a seed, differs between seeds, and never takes one extension twice', async () => {
		const run = async (seed: number) =>
			continued(syntheticModel({seed: 9}), {doSample: true, numBeams: 3, numReturnSequences: 3, maxNewTokens: 5, seed});
		const first = await run(1);
		expect(await run(1)).toEqual(first);
		expect(await run(2)).not.toEqual(first);
		for (const step of first.trace!.steps) {
			expect(new Set(step.map(({parent, id}) => `${parent} ${id}`)).size).toBe(step.length);
		}
	});

	it('draws 2 x beams candidates without replacement, in proportion to their probability', async () => {
		// The pair {i, j} of two drawn from three: p_i p_j / (1 - p_i) + p_j p_i / (1 - p_j).
		const p = [0.6, 0.3, 0.1];
		const model = syntheticModel({vocabSize: 3, eosTokenId: 99, logits: () => p.map(Math.log)});
		const pairs = [
			[0, 1],
			[0, 2],
			[1, 2],
		];
		const counts = [0, 0, 0];
		for (let seed = 0; seed < 3000; seed++) {
			const decoding = await decodingOf(model, {doSample: true, numBeams: 1, maxNewTokens: 1, seed});
			const [step] = (await beamSearch(decoding)).trace.steps;
			const ids = step.map(({id}) => id).sort();
			counts[pairs.findIndex(pair => String(pair) === String(ids))]++;
		}
		const expected = pairs.map(([i, j]) => 3000 * p[i] * p[j] * (1 / (1 - p[i]) + 1 / (1 - p[j])));
		expect(chiSquared(counts, expected)).toBeLessThan(chiSquaredLimit(2));
	});

	it('gives as many continuations as were asked for when it ends by length, whichever candidates were drawn first', async () => {
		await fc.assert(
			fc.asyncProperty(seeds, fc.integer({min: 2, max: 4}), async (seed, numBeams) => {
				const model = syntheticModel({seed, eosTokenId: 99});
				const config = {doSample: true, numBeams, numReturnSequences: numBeams, maxNewTokens: 3, seed};
				const {continuations} = await continued(model, config);
				expect(continuations.map(({ids, finishReason}) => [ids.length, finishReason])).toEqual(
					Array.from({length: numBeams}, () => [3, 'length']),
				);
				expect(new Set(continuations.map(({ids}) => String(ids))).size).toBe(numBeams);
			}),
			{numRuns: 40},
		);
	});

	it('with one beam and one token draws from the distribution itself', async () => {
		const p = [0.6, 0.3, 0.1];
		const model = syntheticModel({vocabSize: 3, eosTokenId: 99, logits: () => p.map(Math.log)});
		const counts = [0, 0, 0];
		for (let seed = 0; seed < 2000; seed++) {
			const decoding = await decodingOf(model, {doSample: true, numBeams: 1, maxNewTokens: 1, seed});
			counts[(await beamSearch(decoding)).continuations[0].ids[0]]++;
		}
		expect(
			chiSquared(
				counts,
				p.map(share => share * 2000),
			),
		).toBeLessThan(chiSquaredLimit(2));
	});

	it('lets only the first drawn candidates complete, as Hugging Face has it', async () => {
		// One beam draws two candidates, the end of text with 0.6 first. Drawn second, it is dropped, though it ranks first.
		const model = syntheticModel({vocabSize: 2, eosTokenId: 1, logits: () => [0.4, 0.6].map(Math.log)});
		let ended = 0;
		for (let seed = 0; seed < 2000; seed++) {
			const decoding = await decodingOf(model, {doSample: true, numBeams: 1, maxNewTokens: 1, seed});
			const {continuations} = await beamSearch(decoding);
			if (continuations[0].ids[0] === 1) ended++;
		}
		expect(chiSquared([ended, 2000 - ended], [1200, 800])).toBeLessThan(chiSquaredLimit(1));
	});

	it('has every warper keep two classes, and says how probable the draw was in its row', async () => {
		const {trace, continuations} = await continued(syntheticModel({seed: 10, eosTokenId: 99}), {
			doSample: true,
			numBeams: 2,
			topK: 1,
			maxNewTokens: 4,
		});
		expect(trace!.steps[0]).toHaveLength(2);
		for (const {samplingLogProb, logProb} of continuations[0].tokens) {
			expect(samplingLogProb).toBeLessThan(0);
			expect(samplingLogProb).toBeGreaterThan(logProb);
		}
	});
});
