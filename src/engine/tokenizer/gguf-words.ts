import {brokenGguf} from '../checkpoint/gguf/header.ts';
import type {Metadata} from '../checkpoint/gguf/metadata.ts';
import {brokenFile} from '../checkpoint/safetensors-header.ts';
import {refuse} from '../errors/refusal.ts';
import {cl100k} from './byte-level-file.ts';
import {SPACE_MARK} from './normalization.ts';

/** The tokens of a GGUF file as Hugging Face writes them: what `tokenizer.json` and `tokenizer_config.json` would hold. */

/** GGUF's numbers for what a token is. */
const CONTROL = 3;
const USER_DEFINED = 4;
const UNUSED = 5;

const NFC = {type: 'NFC'};
const BYTES = {type: 'ByteLevel', add_prefix_space: false, trim_offsets: true};
/** GPT-2's own: it splits by its pattern, then writes bytes. */
const GPT2 = {...BYTES, use_regex: true};
const DIGITS = {type: 'Digits', individual_digits: true};
const split = (digits: string) => ({
	type: 'Split',
	pattern: {Regex: cl100k(digits)},
	behavior: 'Isolated',
	invert: false,
});
const sequence = (...pretokenizers: object[]) => ({type: 'Sequence', pretokenizers});

interface PreTokenizer {
	normalizer: object | null;
	pre_tokenizer: object;
	/** Whether a word that is a token is not merged. */
	ignoresMerges?: true;
	/** Whether the first token comes before a text where the file does not say. */
	begins?: true;
}

/** By llama.cpp's names (llama-vocab.cpp), what the repositories' own files have. */
const PRE_TOKENIZERS: Readonly<Record<string, PreTokenizer>> = {
	'gpt-2': {normalizer: null, pre_tokenizer: GPT2},
	smollm: {normalizer: null, pre_tokenizer: sequence(DIGITS, GPT2)},
	qwen2: {normalizer: NFC, pre_tokenizer: sequence(split('\\p{N}'), {...BYTES, use_regex: false})},
	'llama-bpe': {
		normalizer: null,
		pre_tokenizer: sequence(split('\\p{N}{1,3}'), {...BYTES, use_regex: false}),
		ignoresMerges: true,
		begins: true,
	},
	// Those of GPT-NeoX: OLMo and MPT took its tokens.
	olmo: {normalizer: NFC, pre_tokenizer: GPT2},
	mpt: {normalizer: NFC, pre_tokenizer: GPT2},
};

/** @throws EngineError `bad-model` naming a kind of tokens that is not read. */
export function ggufWords(m: Metadata): {tokenizer: unknown; tokenizerConfig: unknown} {
	const kinds = m.numbers('tokenizer.ggml.token_type') ?? [];
	const model = m.text('tokenizer.ggml.model');
	const written = withoutFilling(m, kinds);
	// The converter writes the marks of user-defined tokens as spaces.
	const tokens =
		model === 'llama'
			? written.map((token, id) => (kinds[id] === USER_DEFINED ? token.replaceAll(' ', SPACE_MARK) : token))
			: written;
	const added = tokens.flatMap((content, id) =>
		kinds[id] === CONTROL || kinds[id] === USER_DEFINED
			? [{id, content, special: kinds[id] === CONTROL, normalized: false}]
			: [],
	);
	const {begins, ...parts} =
		model === 'gpt2'
			? byteLevel(tokens, m)
			: model === 'llama'
				? sentencePiece(tokens, kinds, m)
				: refusedModel(m, model);
	const token = (name: string) => tokens[m.number(`tokenizer.ggml.${name}_token_id`) ?? -1] ?? null;
	return {
		tokenizer: {...parts, added_tokens: added, post_processor: null},
		tokenizerConfig: {
			add_bos_token: m.flag('tokenizer.ggml.add_bos_token') ?? begins,
			add_eos_token: m.flag('tokenizer.ggml.add_eos_token') ?? false,
			bos_token: token('bos'),
			eos_token: token('eos'),
			unk_token: token('unknown'),
			pad_token: token('padding'),
			chat_template: m.text('tokenizer.chat_template') ?? null,
		},
	};
}

/** The tokens without those that the converter has made up to fill the embedding: `[PAD151935]`. */
function withoutFilling(m: Metadata, kinds: readonly number[]): readonly string[] {
	const tokens = m.listed('tokenizer.ggml.tokens');
	let count = tokens.length;
	while (count > 0 && kinds[count - 1] === UNUSED && tokens[count - 1] === `[PAD${count - 1}]`) count--;
	const kept = tokens.slice(0, count);
	const first = new Map<string, number>();
	for (const [id, token] of kept.entries()) {
		if (first.has(token)) {
			const twice = `its tokens ${first.get(token)} and ${id} are both ${JSON.stringify(token.slice(0, 80))}`;
			throw brokenGguf(m.file, twice);
		}
		first.set(token, id);
	}
	return kept;
}

/** Ids by token; `__proto__` is one like others here, and refused by the tokenizer. */
const idsOf = (tokens: readonly string[]): Record<string, number> =>
	Object.fromEntries(tokens.map((token, id) => [token, id]));

function byteLevel(tokens: readonly string[], m: Metadata) {
	const name = m.text('tokenizer.ggml.pre');
	if (name === undefined || !Object.hasOwn(PRE_TOKENIZERS, name)) {
		const known = Object.keys(PRE_TOKENIZERS);
		throw brokenFile(refuse('gguf-pre-tokenizer', {file: m.file, name: name ?? '', known}));
	}
	const {normalizer, pre_tokenizer, ignoresMerges = false, begins = false} = PRE_TOKENIZERS[name];
	return {
		normalizer,
		pre_tokenizer,
		decoder: {type: 'ByteLevel'},
		model: {
			type: 'BPE',
			vocab: idsOf(tokens),
			merges: m.listed('tokenizer.ggml.merges'),
			ignore_merges: ignoresMerges,
		},
		begins,
	};
}

/** SentencePiece's BPE: scores say which merge comes first, as `SentencePieceExtractor` of transformers reads them. */
function sentencePiece(tokens: readonly string[], kinds: readonly number[], m: Metadata) {
	const written = m.numbers('tokenizer.ggml.scores') ?? [];
	// User-defined tokens come first, as in SentencePiece itself: the converter writes -1000.
	const scores = written.map((score, id) => (kinds[id] === USER_DEFINED ? 0 : score));
	if (scores.length < tokens.length)
		throw brokenGguf(m.file, `it has ${scores.length} scores of ${tokens.length} tokens`);
	const prepends = m.flag('tokenizer.ggml.add_space_prefix') ?? true;
	const marks = {type: 'Replace', pattern: {String: ' '}, content: SPACE_MARK};
	return {
		normalizer: {type: 'Sequence', normalizers: [...(prepends ? [{type: 'Prepend', prepend: SPACE_MARK}] : []), marks]},
		pre_tokenizer: null,
		decoder: {
			type: 'Sequence',
			decoders: [
				{type: 'Replace', pattern: {String: SPACE_MARK}, content: ' '},
				{type: 'ByteFallback'},
				{type: 'Fuse'},
				...(prepends ? [{type: 'Strip', content: ' ', start: 1, stop: 0}] : []),
			],
		},
		model: {
			type: 'BPE',
			vocab: idsOf(tokens),
			merges: mergesOf(tokens, scores),
			byte_fallback: true,
			fuse_unk: true,
			unk_token: tokens[m.number('tokenizer.ggml.unknown_token_id') ?? 0],
		},
		begins: true,
	};
}

/** The longest token of a vocabulary has some dozens of characters; of one with more, every split would be tried. */
const LONGEST = 256;

function mergesOf(tokens: readonly string[], scores: readonly number[]): [string, string][] {
	const ids = new Map(tokens.map((token, id) => [token, id]));
	const merges: {pair: [string, string]; score: number}[] = [];
	for (const [id, token] of tokens.entries()) {
		if (token.length > LONGEST) continue;
		for (let i = 1; i < token.length; i++) {
			const pair: [string, string] = [token.slice(0, i), token.slice(i)];
			if (ids.has(pair[0]) && ids.has(pair[1])) merges.push({pair, score: scores[id]});
		}
	}
	merges.sort(
		(a, b) => b.score - a.score || b.pair[0].length - a.pair[0].length || b.pair[1].length - a.pair[1].length,
	);
	return merges.map(({pair}) => pair);
}

function refusedModel(m: Metadata, model: string | undefined): never {
	return m.unsupported('tokenizer.ggml.model', model ?? '');
}
