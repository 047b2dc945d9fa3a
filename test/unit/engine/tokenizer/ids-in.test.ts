import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {type Token, Tokenizer} from '../../../../src/engine/tokenizer/tokenizer.ts';
import {BUNDLED_MODEL} from '../../../helpers/bundled-model.ts';
import {familyFiles} from '../../../helpers/family-tokenizers.ts';

/** Classes of two models are the same where their tokens have the same bytes. */

const read = (name: string) => JSON.parse(readFileSync(BUNDLED_MODEL + name, 'utf8'));
const gpt2 = new Tokenizer(read('tokenizer.json'), read('tokenizer_config.json'));

const tokensOf = (tokenizer: Tokenizer) => Array.from({length: tokenizer.size}, (_, id) => tokenizer.token(id));
const spelled = ({text, bytes}: Token) => JSON.stringify(text ?? bytes);

/** The first token of each spelling, by it. */
function firsts(tokenizer: Tokenizer): Map<string, number> {
	const ids = new Map<string, number>();
	for (const token of tokensOf(tokenizer)) if (!ids.has(spelled(token))) ids.set(spelled(token), token.id);
	return ids;
}

// One writes bytes as characters, as GPT-2 does; the other has tokens that are bytes beside those that are characters.
describe.each(['qwen3', 'gemma3'] as const)('GPT-2 and %s', name => {
	const {tokenizer: file, config} = familyFiles(name);
	const other = new Tokenizer(file, config);

	test.each([
		['from GPT-2', gpt2, other],
		['to GPT-2', other, gpt2],
	])('the same bytes are the same class, %s; of several the first', (_, from, to) => {
		const ids = from.idsIn(to);
		const [own, others] = [firsts(from), firsts(to)];
		const expected = tokensOf(from).map(token =>
			own.get(spelled(token)) === token.id ? (others.get(spelled(token)) ?? -1) : -1,
		);
		expect([...ids]).toEqual(expected);
		expect(ids.filter(id => id >= 0).length).toBeGreaterThan(10_000);
	});

	test('they are looked for once, and take four bytes a class', () => {
		const ids = other.idsIn(gpt2);
		expect(other.idsIn(gpt2)).toBe(ids);
		expect(ids.byteLength).toBe(4 * other.size);
		expect(other.idsIn(other)).not.toBe(ids);
	});
});
