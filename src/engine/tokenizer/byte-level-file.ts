import {refuse} from '../errors/refusal.ts';
import {asJson, broken, isObject, kindOf, type Part, stepsOf, unsupported} from './file-parts.ts';
import type {NormalizationSteps} from './normalization.ts';
import {GPT2_PATTERN} from './white-space.ts';

const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
/** All of a pattern but how it takes contractions, letters and numbers. */
const REST = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const UPPER = '\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}';
const LOWER = '\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}';
/** The pattern of cl100k and those that followed it, by how they take numbers. */
export const cl100k = (digits: string) =>
	`${CONTRACTIONS}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${REST}`;

/**
 * Patterns of a `Split` that are known to run in linear time and to leave no character out: GPT-2's own, and those of the
 * families that followed it.
 */
const KNOWN_PATTERNS = new Set([
	GPT2_PATTERN,
	// cl100k and Llama 3; Qwen 2 and 3
	cl100k('\\p{N}{1,3}'),
	cl100k('\\p{N}'),
	// o200k
	[
		`[^\\r\\n\\p{L}\\p{N}]?[${UPPER}]*[${LOWER}]+${CONTRACTIONS}?`,
		`[^\\r\\n\\p{L}\\p{N}]?[${UPPER}]+[${LOWER}]*${CONTRACTIONS}?`,
		'\\p{N}{1,3}',
		' ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*',
		REST,
	].join('|'),
]);

/**
 * Check the parts of a byte-level BPE, as in GPT-2.
 * @returns what it changes in a text.
 * @throws EngineError `bad-model`.
 */
export function checkByteLevel({normalizer, pre_tokenizer, decoder}: Part): NormalizationSteps {
	const changes = stepsOf(normalizer, 'normalizers');
	for (const step of changes)
		if (!isObject(step) || step.type !== 'NFC') unsupported(refuse('tokenizer-normalizer', {kind: kindOf(step)}));
	const steps = stepsOf(pre_tokenizer, 'pretokenizers').map(step =>
		isObject(step) ? step : broken(refuse('tokenizer-no-steps')),
	);
	for (const step of steps) checkStep(step);
	const toBytes = steps.findIndex(({type}) => type === 'ByteLevel');
	if (toBytes < 0) unsupported(refuse('tokenizer-no-bytes'));
	if (toBytes < steps.length - 1) unsupported(refuse('tokenizer-after-bytes'));
	if (decoder !== undefined && decoder !== null && kindOf(decoder) !== 'ByteLevel')
		unsupported(refuse('tokenizer-decoder', {kind: kindOf(decoder)}));
	return {nfc: changes.length > 0, prepend: '', marksSpaces: false};
}

function checkStep(step: Part): void {
	switch (step.type) {
		case 'ByteLevel':
			if (step.add_prefix_space === true) unsupported(refuse('tokenizer-prefix-space'));
			return;
		case 'Digits':
			return;
		case 'Split': {
			const pattern = isObject(step.pattern) ? step.pattern.Regex : undefined;
			if (typeof pattern !== 'string' || !KNOWN_PATTERNS.has(pattern))
				unsupported(refuse('tokenizer-pattern', {pattern: asJson(pattern).slice(0, 80)}));
			// Either way says that the pattern's matches are the words; any other loses or joins some.
			const {behavior, invert = false} = step;
			if (!(behavior === 'Isolated' && invert === false) && !(behavior === 'Removed' && invert === true))
				unsupported(refuse('tokenizer-behavior', {behavior: asJson(behavior), invert: asJson(invert)}));
			return;
		}
		default:
			unsupported(refuse('tokenizer-splits', {kind: kindOf(step)}));
	}
}
