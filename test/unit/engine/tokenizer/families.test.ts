import {describe, expect, test} from 'vitest';
import {Tokenizer} from '../../../../src/engine/tokenizer/tokenizer.ts';
import {FAMILIES, familyFiles, goldenTokens} from '../../../helpers/family-tokenizers.ts';

/** Tokenizers of the families that people use, held to the ids of Hugging Face's Rust library: test/goldens/tokens/README.md. */

const {strings} = goldenTokens;
/** How many tokens each has. */
const SIZES = {qwen3: 151_669, gemma3: 262_145, llama3: 128_256};
const encoder = new TextEncoder();

describe.each(FAMILIES)('%s', name => {
	const goldens = goldenTokens.tokenizers[name];
	const {tokenizer: file, config} = familyFiles(name);
	const tokenizer = new Tokenizer(file, config);
	const bytesOf = (id: number) => {
		const {text, bytes} = tokenizer.token(id);
		return bytes ?? [...encoder.encode(text)];
	};

	test('gives every string the ids of Hugging Face', () => {
		for (const [i, text] of strings.entries())
			expect({text, ids: tokenizer.encode(text)}).toEqual({text, ids: goldens.ids[i]});
		for (const {text, ids} of goldens.chat) expect(tokenizer.encode(text)).toEqual(ids);
	});

	test('gives a long text the same ids, encoded in pieces', async () => {
		const text = [...strings, ...strings, ...goldens.chat.map(({text}) => text), 'word'.repeat(5000)].join('');
		const fresh = new Tokenizer(file, config);
		await fresh.prepare(text);
		expect(fresh.encode(text)).toEqual(tokenizer.encode(text));
	});

	test('puts before a text what Hugging Face puts before it', () => {
		expect(tokenizer.beginning).toEqual(goldens.specialAdds);
	});

	test('decodes as Hugging Face does', () => {
		for (const [i, ids] of goldens.ids.entries())
			expect({i, text: tokenizer.decode(ids)}).toEqual({i, text: goldens.decoded[i] ?? strings[i]});
	});

	test('knows where every token is: where the text is not changed, its bytes are the text’s', () => {
		for (const [i, text] of strings.entries()) {
			const ids = goldens.ids[i];
			const spans = tokenizer.spans(text, ids);
			let covered = 0;
			for (const {start, end} of spans) {
				expect(start).toBeLessThanOrEqual(covered);
				covered = Math.max(covered, end);
			}
			expect({text, covered}).toEqual({text, covered: text.length});
			for (const [t, {start, end}] of spans.entries()) {
				// What the token spells is in what its place spells once it is normalised.
				const place = encoder.encode(
					name === 'qwen3' ? text.slice(start, end).normalize('NFC') : text.slice(start, end),
				);
				const spelled =
					name === 'gemma3'
						? [...encoder.encode(new TextDecoder('utf-8', {ignoreBOM: true}).decode(place).replaceAll('▁', ' '))]
						: [...place];
				expect({text, t, is: String(spelled).includes(String(bytesOf(ids[t])))}).toEqual({text, t, is: true});
			}
		}
	});

	test('splits into words that no token crosses', () => {
		for (const [i, text] of strings.entries()) {
			const words = tokenizer.words(text);
			expect(words.map(({start, end}) => text.slice(start, end)).join('')).toBe(text);
			const borders = new Set(words.flatMap(({start, end}) => [start, end]));
			for (const {start, end} of tokenizer.spans(text, goldens.ids[i]))
				for (let at = start + 1; at < end; at++) expect({text, at, is: borders.has(at)}).toEqual({text, at, is: false});
		}
	});

	test('replays the merges of a word to its tokens', () => {
		for (const text of strings.slice(0, 120)) {
			for (const {start, end} of tokenizer.words(text).slice(0, 20)) {
				const word = text.slice(start, end);
				const {start: symbols, steps} = tokenizer.replay(word);
				const made = steps.at(-1)?.ids ?? symbols;
				// With ignore_merges a word that is a token is not merged at all.
				const ids = tokenizer.encode(word);
				if (ids.length > 1 && word.normalize('NFC') === word) expect({word, ids: made}).toEqual({word, ids});
			}
		}
	});

	test('finds the classes that contain a text', () => {
		const found = tokenizer.containing('Paris');
		expect(found.length).toBeGreaterThan(2);
		const all = Array.from({length: tokenizer.size}, (_, id) => id).filter(id =>
			tokenizer.token(id).text?.includes('Paris'),
		);
		expect(found).toEqual(all);
		expect(tokenizer.size).toBe(SIZES[name]);
	});
});
