import {type Refusal, refuse} from '../errors/refusal.ts';
import {refusalsOfValue} from './check.ts';
import {writeBias, writeClasses} from './forms.ts';
import {goneFrom, isGone} from './gone.ts';
import {type Generation, HUGGING_FACE_GENERATION, PARAMETER_NAMES, PARAMETERS, type ParameterName} from './registry.ts';

/**
 * Fields of a `generation_config.json` that say nothing about which class is chosen, or nothing without a draft model, or
 * nothing here: scores are always numbers.
 */
const ELSEWHERE =
	/^(_.*|transformers_version|max_length|remove_invalid_values|(bos|pad|decoder_start)_token_id|use_cache|cache_.*|max_cache_len|output_.*|return_.*|is_assistant|num_assistant_tokens.*|assistant_.*|target_lookbehind|prefill_chunk_size|low_memory|compile_config|disable_compile|continuous_batching_config)$/;

type Fields = Readonly<Record<string, unknown>>;

/** Whether an object has names of Hugging Face's `generate` that no setting of ours has, as a `generation_config.json` has. */
export const isHuggingFaceConfig = (fields: Fields): boolean =>
	'transformers_version' in fields ||
	Object.keys(fields).some(isGone) ||
	PARAMETER_NAMES.some(name => nameOf(name) in fields && nameOf(name).includes('_'));

/** Whether an object has any name of Hugging Face's `generate`: `temperature` alone, as a person would write it. */
export const hasHuggingFaceNames = (fields: Fields): boolean =>
	PARAMETER_NAMES.some(name => PARAMETERS[name].huggingFace !== null && nameOf(name) in fields);

const nameOf = (name: ParameterName) => PARAMETERS[name].huggingFace ?? name;

/**
 * The parameters that a `generation_config.json` asks for.
 * @param others the values of those that it leaves out: Hugging Face's defaults.
 * @returns also what cannot be used: a value that is not allowed, or a field that this program does not have and that is
 * not off; and which searches that are gone gave way to plain ones.
 */
export function fromHuggingFace(
	fields: Fields,
	others: Generation = HUGGING_FACE_GENERATION,
): {generation: Generation; refusals: Refusal[]; gone: Refusal[]} {
	const generation: Record<string, unknown> = {...others};
	const refusals: Refusal[] = [];
	const known = new Map(PARAMETER_NAMES.map(name => [PARAMETERS[name].huggingFace, name]));
	for (const [field, value] of Object.entries(withWatermark(fields))) {
		if (value === null || ELSEWHERE.test(field) || isGone(field)) continue;
		const name = known.get(field);
		if (!name) {
			const isOff = value === false || value === 0 || (Array.isArray(value) && value.length === 0);
			if (!isOff) refusals.push(refuse('hugging-face-missing', {field}));
			continue;
		}
		const written = fieldValue(name, value);
		const refused = refusalsOfValue(name, written);
		if (refused) refusals.push(...refused);
		else generation[name] = written;
	}
	// There, the one that counts the new tokens alone wins.
	if (fields.min_new_tokens) generation.minLength = HUGGING_FACE_GENERATION.minLength;
	return {generation: generation as Generation, refusals, gone: goneFrom(fields)};
}

/** The fields of a SynthID-Text watermark among the others, its keys in its place. Only it has keys. */
function withWatermark(fields: Fields): Fields {
	const {watermarking_config: watermark, ...others} = fields;
	if (typeof watermark !== 'object' || watermark === null) return fields;
	if (!('keys' in watermark)) return {...others, 'watermarking_config (green list)': watermark};
	const {keys, ...rest} = watermark;
	return {...others, ...rest, watermarking_config: keys};
}

const isIds = (value: unknown): value is number[] =>
	Array.isArray(value) && value.every(id => Number.isInteger(id) && id >= 0);

/** A field's value in the form that this program writes it in; what has another form than Hugging Face's is handed on. */
function fieldValue(name: ParameterName, value: unknown): unknown {
	const list = Array.isArray(value) ? value : [value];
	switch (name) {
		case 'eosTokenId':
		case 'forcedEosTokenId':
		case 'stopStrings':
		case 'watermarkingConfig':
			return list;
		case 'suppressTokens':
		case 'beginSuppressTokens':
			return isIds(list) ? list.map(id => writeClasses([id])) : value;
		case 'badWords':
			return list.every(isIds) ? list.map(writeClasses) : value;
		case 'sequenceBias':
			return list.map(one => (Array.isArray(one) && isIds(one[0]) ? writeBias(writeClasses(one[0]), one[1]) : one));
		default:
			return value;
	}
}
