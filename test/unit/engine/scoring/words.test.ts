import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {massOf, softmax} from '../../../../src/engine/math/math.ts';
import type {CausalLM} from '../../../../src/engine/model/causal-lm.ts';
import {scorePassage} from '../../../../src/engine/scoring/passage.ts';
import {WordBorders, type WordClasses, wordClasses} from '../../../../src/engine/scoring/words.ts';
import {Tokenizer} from '../../../../src/engine/tokenizer/tokenizer.ts';
import {bundledWeights, openBundledModel} from '../../../helpers/bundled-model.ts';
import {collect} from '../../../helpers/collect.ts';
import {familyFiles} from '../../../helpers/family-tokenizers.ts';
import {openWithoutTokens} from '../../../helpers/open-model.ts';
import {referenceGpt2} from '../../../helpers/reference-gpt2.ts';
import {syntheticModel} from '../../../helpers/synthetic-model.ts';

const ln = (probability: number) => Math.log(probability);

/** A language of few words, given by its tokens' probabilities: ` ma` may go on with `t`, and that with `ron`. */
const SPELLED = [' ma', 't', 'ron', ' cat', ',', ''] as const;
const [MA, T, RON, CAT, COMMA, END] = SPELLED.keys();
const classes: WordClasses = {
	begins: Float32Array.from(SPELLED, text => Number(text === '' || text.startsWith(' '))),
	ends: Uint8Array.from(SPELLED, text => Number(text === '')),
};
function next(text: readonly number[]): number[] {
	const [before, last] = [text.at(-2), text.at(-1)];
	if (last === MA) return [0.05, 0.8, 0, 0.05, 0, 0.1];
	if (last === T) return [0.1, 0, 0.5, 0.1, 0.2, 0.1];
	if (last === RON || (last === CAT && before !== undefined)) return [0.3, 0, 0, 0.2, 0.4, 0.1];
	if (last === COMMA) return [0.4, 0, 0, 0.4, 0, 0.2];
	return [0.5, 0.1, 0, 0.3, 0, 0.1];
}
const massAfter = (text: readonly number[]) => next(text).reduce((sum, p, id) => sum + p * classes.begins[id], 0);

/** Corrected log-probabilities of what follows a text, and the plain ones. */
function measured(left: readonly number[], word: readonly number[]) {
	const borders = new WordBorders(classes);
	if (left.length > 0) borders.after(left.at(-1)!);
	const tokens = word.map((id, i) => {
		const text = [...left, ...word.slice(0, i)];
		return {token: {id, logProb: ln(next(text)[id])}, mass: massAfter(text)};
	});
	const whole = tokens.map(({token, mass}) => borders.next(token, mass));
	whole.push(borders.end(massAfter([...left, ...word])));
	const corrected = whole.filter(token => token !== null).map(token => token.corrected);
	return {corrected, plain: tokens.map(({token}) => token.logProb)};
}
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Every word that may come after a text: tokens until a class that begins another; and the end of the text, which is none. */
function wordsAfter(left: readonly number[]): number[][] {
	const grow = (word: readonly number[]): number[][] => {
		const more = [...SPELLED.keys()].filter(id => classes.begins[id] === 0 && next([...left, ...word])[id] > 0);
		return [[...word], ...more.flatMap(id => grow([...word, id]))];
	};
	const isFirst = left.length === 0;
	const first = [...SPELLED.keys()].filter(id => id !== END && (isFirst || classes.begins[id] === 1));
	return first.filter(id => next(left)[id] > 0).flatMap(id => grow([id]));
}

describe('the probabilities of all words', () => {
	const total = (left: readonly number[], how: 'corrected' | 'plain') =>
		sum(wordsAfter(left).map(word => Math.exp(sum(measured(left, word)[how]))));

	test('add up to 1 with that of the end, and the plain products of their tokens do not', () => {
		for (const left of [[CAT], [MA, T], [MA, T, COMMA]]) {
			const end = next(left)[END] / massAfter(left);
			expect(total(left, 'corrected') + end).toBeCloseTo(1, 12);
			expect(Math.abs(total(left, 'plain') + next(left)[END] - 1)).toBeGreaterThan(0.1);
		}
	});

	test('add up to 1 at the beginning of a text, of words with a space in front and without', () => {
		expect(wordsAfter([])).toContainEqual([T, RON]);
		expect(total([], 'corrected') + next([])[END]).toBeCloseTo(1, 12);
	});

	test('tell mat from matron: the end of the word is its own', () => {
		const [mat, matron] = [measured([CAT], [MA, T]), measured([CAT], [MA, T, RON])];
		expect(sum(mat.plain)).toBeGreaterThan(sum(matron.plain));
		// After `cat` 0.9 of the probability begins a word or ends the text, after `mat` 0.3, after `matron` 0.6.
		expect(massAfter([CAT])).toBeCloseTo(0.9, 12);
		expect(sum(mat.corrected)).toBeCloseTo(ln((0.5 * 0.8 * 0.3) / 0.9), 12);
		expect(sum(matron.corrected)).toBeCloseTo(ln((0.5 * 0.8 * 0.5 * 0.6) / 0.9), 12);
	});

	test('a comma belongs to the word before it, and takes over its end', () => {
		const {corrected, plain} = measured([CAT], [MA, T, COMMA]);
		expect(corrected[0]).toBeCloseTo(plain[0] - ln(0.9), 12);
		expect(corrected[1]).toBe(plain[1]);
		expect(corrected[2]).toBeCloseTo(plain[2] + ln(massAfter([T, COMMA])), 12);
	});

	test('of a text: all that one word gives, another gets', () => {
		const text = [T, RON, MA, T, COMMA, CAT];
		const {corrected, plain} = measured([], text);
		expect(corrected).toHaveLength(text.length);
		expect(sum(corrected)).toBeCloseTo(sum(plain) + ln(massAfter(text)), 12);
	});

	test('a mass that was rounded to 0, or to less than one of its classes has, leaves them finite', () => {
		const borders = new WordBorders(classes);
		borders.after(CAT);
		borders.next({id: MA, logProb: -40}, 0);
		expect(borders.next({id: T, logProb: -1}, 0.5)!.corrected).toBe(0);
		expect(borders.end(0)!.corrected).toBe(-88);
	});
});

describe('the classes at which words begin', () => {
	const named = (tokenizer: Tokenizer, text: string) => {
		const [id, ...others] = tokenizer.encode(text);
		expect(others).toEqual([]);
		const {begins, ends} = wordClasses(tokenizer);
		return {begins: begins[id] === 1, ends: ends[id] === 1};
	};
	const read = (file: string) =>
		JSON.parse(readFileSync(new URL(`../../../../models/gpt2-mini/${file}`, import.meta.url), 'utf8'));

	test('are, of GPT-2, those with white space in front and the end of a text', () => {
		const tokenizer = new Tokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
		for (const text of [' the', ' 12', ' (', '\n', '\t', ' '])
			expect(named(tokenizer, text)).toEqual({begins: true, ends: /\s$/.test(text)});
		for (const text of ['the', ',', '."', "'s", '12', 'é']) expect(named(tokenizer, text).begins).toBe(false);
		expect(named(tokenizer, '<|endoftext|>')).toEqual({begins: true, ends: true});
		// The bytes of a character that has no token of its own.
		const {begins} = wordClasses(tokenizer);
		expect(tokenizer.encode('鳥').map(id => begins[id])).not.toContain(1);
		expect(wordClasses(tokenizer)).toBe(wordClasses(tokenizer));
	});

	test('are found where other families have the space: before a word, or behind a full stop', () => {
		const of = (name: 'gemma3' | 'llama3') => {
			const {tokenizer, config} = familyFiles(name);
			return new Tokenizer(tokenizer, config, {trusted: true});
		};
		const [gemma, llama] = [of('gemma3'), of('llama3')];
		for (const tokenizer of [gemma, llama]) {
			expect(named(tokenizer, ' house')).toEqual({begins: true, ends: false});
			expect(named(tokenizer, 'house')).toEqual({begins: false, ends: false});
			expect(named(tokenizer, '的')).toEqual({begins: false, ends: false});
		}
		// An added token that is not special is its text: Gemma 3 has 6,000 of them.
		expect(named(gemma, '<table>')).toEqual({begins: false, ends: false});
		expect(named(gemma, '\n')).toEqual({begins: true, ends: true});
		expect(new TextDecoder().decode(gemma.plainBytes[gemma.encode('\n')[0]]!)).toBe('\n');
		expect(named(gemma, '<end_of_turn>')).toEqual({begins: true, ends: true});
		expect(named(llama, '.\n')).toEqual({begins: false, ends: true});
		expect(named(llama, '.com')).toEqual({begins: false, ends: false});
	});
});

/** Both measures of a text's tokens by the engine. */
async function corrected(lm: CausalLM, {begins, ends}: WordClasses, ids: readonly number[]) {
	const borders = new WordBorders({begins, ends});
	const tokens: ({logProb: number; corrected: number} | null)[] = [];
	const totals = await scorePassage(lm, ids, {
		mask: begins,
		onScored({first, scores}) {
			for (const [i, logProb] of scores.logProb.entries())
				tokens.push(borders.next({id: ids[first + i], logProb}, scores.mass![i]));
		},
	});
	tokens.push(borders.end(totals.massAfter!));
	return tokens.filter(token => token !== null);
}

test('both measures of words are those of a float32 pass in PyTorch', async () => {
	const read = (file: string) => readFileSync(new URL(`../../../goldens/hf/${file}`, import.meta.url));
	const {begins, end, cases} = JSON.parse(read('words.json').toString()) as {
		begins: number;
		end: number;
		cases: {ids: number[]; words: {first: number; tokens: number; plain: number; corrected: number}[]}[];
	};
	const lm = await openWithoutTokens(JSON.parse(read('config.json').toString()), read('model.safetensors'));
	const classes = {
		begins: Float32Array.from({length: lm.config.vocabSize}, (_, id) => Number(id < begins || id === end)),
		ends: new Uint8Array(lm.config.vocabSize),
	};
	for (const {ids, words} of cases) {
		const tokens = await corrected(lm, classes, ids);
		for (const {first, tokens: count, ...expected} of words) {
			const own = tokens.slice(first, first + count);
			expect(sum(own.map(({logProb}) => logProb))).toBeCloseTo(expected.plain, 4);
			expect(sum(own.map(token => token.corrected))).toBeCloseTo(expected.corrected, 4);
		}
	}
	await lm.dispose();
});

test('the mass of a vocabulary’s word beginnings agrees with the float32 reference, with any number of threads', async () => {
	const model = await openBundledModel({dtype: 'fp32'});
	const {begins} = wordClasses(model.tokenizer);
	const ids = [model.lm.config.bosTokenId!, ...model.tokenizer.encode('The matron spoke, and the mat\nwas unread.')];
	const masses = async (lm: CausalLM) => {
		const parts = await collect(lm.scoreWindow(ids, 0, {mask: begins, beyond: true}));
		return parts.flatMap(({mass}) => [...mass!]);
	};
	const found = await masses(model.lm);
	const logits = referenceGpt2(model.lm.config, bundledWeights()).logits(ids);
	expect(found).toHaveLength(ids.length);
	for (const [i, mass] of found.entries()) {
		const spaced = softmax(logits[i]).filter(
			(_, id) => id === 50_256 || /^\s/.test(model.tokenizer.token(id).text ?? ''),
		);
		expect(mass).toBeCloseTo(sum([...spaced]), 3);
	}
	const threads = await openBundledModel({dtype: 'fp32', threads: 3});
	expect(await masses(threads.lm)).toEqual(found);
	await threads.lm.dispose();
	await model.lm.dispose();
});

test('a passage in several windows has the mass after its last token, and none where no mask was given', async () => {
	const lm = syntheticModel({vocabSize: 40, contextLength: 16});
	const ids = Array.from({length: 26}, (_, i) => (i * 7) % 39);
	const mask = Float32Array.from({length: 40}, (_, id) => id % 2);
	const scored: number[] = [];
	const totals = await scorePassage(lm, ids, {stride: 6, mask, onScored: ({scores}) => scored.push(...scores.mass!)});
	expect(scored).toHaveLength(26);
	// The last window is full: it begins with the token at 10.
	const {logits} = await lm.prefill(ids.slice(10));
	expect(totals.massAfter).toBeCloseTo(massOf(logits, mask), 6);
	expect((await scorePassage(lm, ids, {onScored() {}})).massAfter).toBeNull();
});
