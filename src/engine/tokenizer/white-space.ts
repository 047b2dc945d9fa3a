/** GPT-2's own pattern, from OpenAI's encoder.py, by which `ByteLevel` splits a text into words. */
export const GPT2_PATTERN = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

type Part = Record<string, unknown>;

/**
 * The tokenizer with white space as Unicode defines it, as in the tokenizers of OpenAI and Hugging Face. JavaScript's own
 * `\s` has U+FEFF, which is none, and lacks U+0085, which is: text with either would be split in other places.
 * @param file the contents of `tokenizer.json`; left as they are.
 */
export function withUnicodeWhiteSpace<T>(file: T): T {
	const {pre_tokenizer: preTokenizer} = (file ?? {}) as Part;
	if (!preTokenizer) return file;
	return {...file, pre_tokenizer: {type: 'Sequence', pretokenizers: stepsOf(preTokenizer as Part).flatMap(rewritten)}};
}

const stepsOf = (preTokenizer: Part): Part[] =>
	preTokenizer.type === 'Sequence' ? (preTokenizer.pretokenizers as Part[]) : [preTokenizer];

function rewritten(step: Part): Part[] {
	if (step.type === 'ByteLevel' && step.use_regex !== false) {
		const split = {type: 'Split', pattern: {Regex: unicode(GPT2_PATTERN)}, behavior: 'Isolated', invert: false};
		return [split, {...step, use_regex: false}];
	}
	const pattern = (step.pattern as Part | undefined)?.Regex;
	return [typeof pattern === 'string' ? {...step, pattern: {Regex: unicode(pattern)}} : step];
}

const unicode = (pattern: string) =>
	pattern.replaceAll('\\s', '\\p{White_Space}').replaceAll('\\S', '\\P{White_Space}');
