import type {ConfigFields} from './config-fields.ts';

/** How fast rotary positions (Su et al. 2021) turn. */
export interface Rotary {
	theta: number;
	scaling:
		| null
		| {kind: 'linear'; factor: number}
		| {kind: 'llama3'; factor: number; low: number; high: number; original: number};
}

/**
 * Rotary positions in the spellings of transformers 4 (`rope_theta`, `rope_scaling`) and 5 (`rope_parameters`).
 * @param names.theta what the base is called beside the object.
 * @param names.kind the kind of layer, where `rope_parameters` has an object for each: `full_attention`.
 * @throws EngineError `bad-model` for a scaling that is not computed.
 */
export function readRotary(fields: ConfigFields, names: {theta: string[]; kind?: string}, theta: number): Rotary {
	const all = fields.inside('rope_parameters');
	const parameters = (names.kind && all?.inside(names.kind)) || all || fields.inside('rope_scaling');
	const base = fields.positive(names.theta, theta);
	if (!parameters) return {theta: base, scaling: null};
	return {theta: parameters.positive('rope_theta', base), scaling: readScaling(parameters)};
}

function readScaling(parameters: ConfigFields): Rotary['scaling'] {
	const name = parameters.fields.rope_type === undefined ? 'type' : 'rope_type';
	const kind = parameters.fields[name] ?? 'default';
	if (kind === 'default') return null;
	if (kind !== 'linear' && kind !== 'llama3') return parameters.unsupported(name, kind);
	const factor = parameters.positive('factor');
	if (kind === 'linear') return {kind, factor};
	const [low, high] = [parameters.positive('low_freq_factor'), parameters.positive('high_freq_factor')];
	if (low >= high) parameters.invalid('high_freq_factor', high);
	return {kind, factor, low, high, original: parameters.positive('original_max_position_embeddings')};
}

/** Inverse frequencies of the pairs of channels. @param channels of a head that are turned: an even number. */
export const inverseFrequencies = ({theta, scaling}: Rotary, channels: number): Float32Array =>
	Float32Array.from({length: channels / 2}, (_, i) => scaled(theta ** ((-2 * i) / channels), scaling));

/** Llama 3.1's: slow turns are divided, fast ones stay, and those between are blended. */
function scaled(frequency: number, scaling: Rotary['scaling']): number {
	if (!scaling) return frequency;
	if (scaling.kind === 'linear') return frequency / scaling.factor;
	const {factor, low, high, original} = scaling;
	const turns = (original * frequency) / (2 * Math.PI);
	const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
	return (1 - kept) * (frequency / factor) + kept * frequency;
}
