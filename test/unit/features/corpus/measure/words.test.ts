import {expect, test} from 'vitest';
import {Tokenizer} from '../../../../../src/engine/tokenizer/tokenizer.ts';
import {tokensOf, wordAround, wordsIn} from '../../../../../src/ui/tokens/words.ts';
import {familyFiles} from '../../../../helpers/family-tokenizers.ts';

test.each(['llama3', 'qwen3', 'gemma3'] as const)(
	'white space before a word belongs to the word, a token of its own or not: %s',
	name => {
		const {tokenizer, config} = familyFiles(name);
		const read = new Tokenizer(tokenizer, config, {trusted: true});
		const text = 'He was 42\nand  old. ';
		const tokens = read.spans(text, read.encode(text));
		const words = tokensOf(text, wordsIn(text), tokens);
		const told = words.map(({part, tokens}) => [
			text.slice(part.start, part.end),
			text.slice(tokens[0].start, part.end),
		]);
		expect(told).toEqual([
			['He', 'He'],
			['was', ' was'],
			['42', ' 42'],
			['and', '\nand'],
			['old.', '  old.'],
		]);
		const space = tokens.findIndex(({start, end}) => text.slice(start, end) === ' ');
		expect(text.slice(tokens[space].start + 1, tokens[space].start + 3)).toBe('42');
		expect(wordAround(text, tokens, space)?.part.end).toBe(text.indexOf('42') + 2);
	},
);
