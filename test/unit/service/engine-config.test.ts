import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {strategyOf as engineStrategyOf} from '../../../src/engine/generation/strategy.ts';
import {validateConfig} from '../../../src/engine/generation/validate.ts';
import {type Generation, NEUTRAL_GENERATION} from '../../../src/parameters/registry.ts';
import {conflictsOf, strategyOf} from '../../../src/parameters/strategies.ts';
import {engineConfig} from '../../../src/service/engine-config.ts';

/** One token a character; enough to see which spellings are asked for. */
const tokenizer = {encode: (text: string) => [...text].map(character => character.charCodeAt(0))} as never;
const MODEL = {vocabSize: 50257, eosTokenId: 50256};

/** Parameters that are each in range, in every combination that matters to a strategy. */
const generation: fc.Arbitrary<Generation> = fc
	.record({
		doSample: fc.boolean(),
		numReturnSequences: fc.constantFrom(1, 2, 4),
		numBeams: fc.constantFrom(1, 2, 3, 4),
		numBeamGroups: fc.constantFrom(1, 2, 3),
		diversityPenalty: fc.constantFrom(0, 0.5),
		penaltyAlpha: fc.constantFrom(0, 0.6),
		topK: fc.constantFrom(0, 1, 2, 50),
		numAssistantTokens: fc.constantFrom(0, 3),
		minNewTokens: fc.constantFrom(0, 40),
	})
	.map(changes => ({...NEUTRAL_GENERATION, ...changes}));

describe('engine and protocol, which know nothing of each other, agree', () => {
	test('on which strategy the parameters ask for', () => {
		fc.assert(
			fc.property(generation, asked => {
				expect(engineStrategyOf(engineConfig(asked, tokenizer))).toBe(strategyOf(asked));
			}),
			{numRuns: 1000},
		);
	});

	test('on which parameters go together', () => {
		const accepts = (asked: Generation) => {
			try {
				validateConfig(engineConfig(asked, tokenizer), MODEL);
				return true;
			} catch {
				return false;
			}
		};
		fc.assert(
			fc.property(generation, asked => {
				expect(accepts(asked)).toBe(conflictsOf(asked).length === 0);
			}),
			{numRuns: 2000},
		);
	});
});

test('a banned word is banned at the start of a text and after a space', () => {
	const banned = (badWords: string[]) =>
		engineConfig({...NEUTRAL_GENERATION, badWords}, tokenizer).badWordsIds.map(ids => String.fromCharCode(...ids));
	expect(banned(['war'])).toEqual(['war', ' war']);
	// Written with its space, only that spelling is meant.
	expect(banned([' war', '\n'])).toEqual([' war', '\n']);
});
