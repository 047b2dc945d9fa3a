import {expect, test} from 'vitest';
import {NEUTRAL_GENERATION} from '../../../src/engine/parameters/registry.ts';
import {engineConfig} from '../../../src/service/engine-config.ts';

/** One token a character; enough to see which spellings are asked for. */
const tokenizer = {encode: (text: string) => [...text].map(character => character.charCodeAt(0))} as never;
test('a banned word is banned at the start of a text and after a space', () => {
	const banned = (badWords: string[]) =>
		engineConfig({...NEUTRAL_GENERATION, badWords}, tokenizer).badWordsIds.map(ids => String.fromCharCode(...ids));
	expect(banned(['war'])).toEqual(['war', ' war']);
	// Written with its space, only that spelling is meant.
	expect(banned([' war', '\n'])).toEqual([' war', '\n']);
});
