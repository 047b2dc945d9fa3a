import {refuse} from '../errors/refusal.ts';
import {broken, has, isObject, kindOf, type Part, stepsOf, unsupported} from './file-parts.ts';
import {type NormalizationSteps, SPACE_MARK} from './normalization.ts';
import {byteToken} from './token-bytes.ts';

/**
 * Check the parts of a BPE that falls back to bytes, as SentencePiece's do (Llama 2, TinyLlama, Gemma): spaces become `▁`, the
 * whole text is one word, and the decoder turns all of that back.
 * @returns what it changes in a text.
 * @throws EngineError `bad-model`.
 */
export function checkFallback({normalizer, pre_tokenizer, decoder, model}: Part): NormalizationSteps {
	let prepend = '';
	let marksSpaces = false;
	for (const step of stepsOf(normalizer, 'normalizers')) {
		if (has(step, {type: 'Prepend', prepend: SPACE_MARK}) && prepend === '') prepend = SPACE_MARK;
		else if (has(step, {type: 'Replace', pattern: {String: ' '}, content: SPACE_MARK})) marksSpaces = true;
		else unsupported(refuse('tokenizer-normalizer', {kind: kindOf(step)}));
	}
	if (!marksSpaces) unsupported(refuse('tokenizer-no-space-mark'));
	for (const step of stepsOf(pre_tokenizer, 'pretokenizers')) {
		// No space is left that this could split at.
		if (!has(step, {type: 'Split', pattern: {String: ' '}}))
			unsupported(refuse('tokenizer-splits', {kind: kindOf(step)}));
	}
	checkDecoder(decoder, prepend !== '');
	checkBytes(model);
	return {nfc: false, prepend, marksSpaces};
}

function checkDecoder(decoder: unknown, strips: boolean): void {
	const expected: Part[] = [
		{type: 'Replace', pattern: {String: SPACE_MARK}, content: ' '},
		{type: 'ByteFallback'},
		{type: 'Fuse'},
		...(strips ? [{type: 'Strip', content: ' ', start: 1, stop: 0}] : []),
	];
	const steps = stepsOf(decoder, 'decoders');
	const wrong = steps.find((step, i) => !expected[i] || !has(step, expected[i]));
	if (wrong !== undefined || steps.length < expected.length)
		unsupported(refuse('tokenizer-decoder', {kind: kindOf(wrong ?? decoder)}));
}

/** Every byte must have a token, or a character would be lost. Merges of bytes are not made. */
function checkBytes(model: unknown): void {
	const {vocab, merges} = model as {vocab: Part; merges: unknown};
	// Lists are written of what has been checked.
	if (Array.isArray(vocab)) return;
	const tokens = Array.from({length: 256}, (_, byte) => byteToken(byte));
	const missing = tokens.find(token => !Object.hasOwn(vocab, token));
	if (missing !== undefined) broken(refuse('tokenizer-no-byte', {token: missing}));
	if (!Array.isArray(merges)) return;
	const isByte = (part: unknown) => typeof part === 'string' && /<0x[0-9A-F]{2}>/.test(part);
	const isOfBytes = (merge: unknown) => (Array.isArray(merge) ? merge.some(isByte) : isByte(merge));
	const merge = merges.find(isOfBytes);
	if (merge !== undefined) unsupported(refuse('tokenizer-merges-bytes', {merge: String(merge)}));
}

/** Added tokens that are looked for in the normalised text, with a `▁` that only the text's first has. */
export function checkAddedTokens(added: readonly Part[]): void {
	const found = added.find(({normalized, special}) => normalized ?? !special);
	if (found !== undefined) unsupported(refuse('tokenizer-normalized-token', {token: String(found.content)}));
}

export const fallsBackToBytes = (model: unknown): boolean => isObject(model) && model.byte_fallback === true;
