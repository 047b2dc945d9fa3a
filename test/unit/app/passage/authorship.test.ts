import {readFileSync, statSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {commonLength, perplexityOf, placeAmong, top10Of} from '../../../../src/app/views/passage/authorship/figures.ts';
import {loadReferences} from '../../../../src/app/views/passage/authorship/references.ts';
import {HUGGING_FACE_GENERATION} from '../../../../src/parameters/registry.ts';
import type {GenerateAnswer} from '../../../../src/protocol/engine.ts';
import {EngineService} from '../../../../src/service/service.ts';
import {openServedModel} from '../../../helpers/bundled-model.ts';

const FILE = new URL('../../../../src/app/views/passage/authorship/references.json', import.meta.url);

describe('where a text lies among others', () => {
	test('a limit at its value flags those that are as low, and of shares those that are as high', () => {
		const values = [10, 20, 30, 40];
		expect(placeAmong('perplexity', 20, values)).toMatchObject({count: 4, flagged: 2, from: 10, to: 40});
		expect(placeAmong('perplexity', 5, values).flagged).toBe(0);
		expect(placeAmong('top10', 20, values).flagged).toBe(3);
		expect(placeAmong('binoculars', 40, values).flagged).toBe(4);
		// No text is flagged of these four, and still up to half of all might be.
		expect(placeAmong('perplexity', 5, values).high).toBeCloseTo(0.49, 2);
	});

	test('figures are over as many tokens of every text', () => {
		const tokens = [1, 5, 11, 100].map(rank => ({rank, logProb: -Math.LN2}));
		expect(commonLength([tokens, tokens.slice(0, 3)])).toBe(3);
		expect(perplexityOf(tokens)).toBeCloseTo(2, 12);
		expect(top10Of(tokens)).toBe(0.5);
	});
});

describe('the reference texts', () => {
	test('are named: sources with licences that allow it, a model, settings and seeds', async () => {
		const {human, generated, settings, model} = await loadReferences();
		expect(human.length).toBeGreaterThanOrEqual(30);
		expect(generated).toHaveLength(human.length);
		expect(model).toBe('gpt2-mini');
		const manifest = readFileSync('training/MANIFEST.tsv', 'utf8');
		for (const {source, licence, text} of human) {
			expect(manifest).toContain(`${source}\t`);
			expect(licence).toMatch(/^(CC0|Public domain|CC BY 4\.0$)/i);
			expect(text.length).toBeGreaterThan(1000);
		}
		expect(new Set(generated.map(({settings}) => settings)).size).toBe(settings.length);
		expect(new Set(generated.map(({seed}) => seed)).size).toBe(generated.length);
		expect(statSync(FILE).size).toBeLessThan(120_000);
	});

	test('that were generated come again, letter for letter, from model, settings and seed', async () => {
		const {human, generated, settings, beginning, tokens} = await loadReferences();
		const {of, seed, text, settings: which} = generated[2];
		const generation = {
			...HUGGING_FACE_GENERATION,
			...settings[which],
			doSample: true,
			seed,
			maxNewTokens: tokens,
			minNewTokens: tokens,
		};
		const whole = human[of].text;
		const prompt = {text: whole.slice(0, whole.lastIndexOf(' ', beginning)), appended: []};
		const service = new EngineService(openServedModel);
		const answer = await service.answer('generate', {prompt, generation}, new AbortController().signal, () => {});
		expect((answer as GenerateAnswer).continuations[0].text).toBe(text);
	});
});
