import {byteToken} from '../../src/engine/tokenizer/token-bytes.ts';

/** A small tokenizer as Llama 2 and TinyLlama have it: `▁` before every text, characters, bytes for what is no character. */

const BYTES = Array.from({length: 256}, (_, byte) => byteToken(byte));
const CHARACTERS = [...'▁abcdehlo'];
const MERGES = ['h e', 'l l', 'he ll', 'hell o', '▁ hello', '▁ a', 'b c', '▁a bc', '▁ ▁', '▁▁ ▁▁'];
export const TOKENS = ['<unk>', '<s>', '</s>', ...BYTES, ...CHARACTERS, ...MERGES.map(merge => merge.replace(' ', ''))];
export const DECODERS = [
	{type: 'Replace', pattern: {String: '▁'}, content: ' '},
	{type: 'ByteFallback'},
	{type: 'Fuse'},
	{type: 'Strip', content: ' ', start: 1, stop: 0},
];
export const MODEL = {
	type: 'BPE',
	byte_fallback: true,
	fuse_unk: true,
	unk_token: '<unk>',
	vocab: Object.fromEntries(TOKENS.map((token, id) => [token, id])),
	merges: MERGES,
};
export const REPLACE = {type: 'Replace', pattern: {String: ' '}, content: '▁'};
const NORMALIZERS = [{type: 'Prepend', prepend: '▁'}, REPLACE];
export const FILE = {
	normalizer: {type: 'Sequence', normalizers: NORMALIZERS},
	pre_tokenizer: null,
	decoder: {type: 'Sequence', decoders: DECODERS},
	added_tokens: [0, 1, 2].map(id => ({id, content: TOKENS[id], special: true, normalized: false})),
	model: MODEL,
};
