import {EngineError} from '../errors/engine-error.ts';
import {type Refusal, refuse} from '../errors/refusal.ts';
import type {ModelConfig} from '../model/causal-lm.ts';
import type {Activation} from '../model/forward.ts';
import {readTextEnds} from './text-ends.ts';

/** No model is larger than this: a file that names more is broken, and must not make us take the memory. */
export const LIMITS = {
	classes: 4_000_000,
	positions: 1_048_576,
	width: 65_536,
	inner: 1_048_576,
	layers: 1024,
	heads: 1024,
};

const reject = (why: Refusal): never => {
	throw new EngineError('bad-model', why);
};
const written = (value: unknown) => (typeof value === 'object' ? `${JSON.stringify(value)}` : String(value));

/**
 * The fields of a `config.json`, checked as they are read.
 * Every method throws EngineError `bad-model` naming the field and its value.
 */
export class ConfigFields {
	/** @param path put before the names of fields in messages: `rope_scaling.`. */
	constructor(
		readonly fields: Readonly<Record<string, unknown>>,
		private readonly path = '',
	) {}

	/** The first field of these names that is there and not null; where there is none, the first name with undefined. */
	#first(names: readonly string[]): [name: string, value: unknown] {
		const name = names.find(key => this.fields[key] !== undefined && this.fields[key] !== null);
		return name === undefined ? [names[0], undefined] : [name, this.fields[name]];
	}

	/** A whole number from 1 on. @param names of the same thing in different versions. */
	count(names: string | readonly string[], most: number, fallback?: number): number {
		const [name, value = fallback] = this.#first([names].flat());
		if (!Number.isSafeInteger(value) || (value as number) < 1) return this.invalid(name, value);
		if ((value as number) > most)
			reject(refuse('config-too-large', {name: this.path + name, value: String(value), most}));
		return value as number;
	}

	/** A finite number above 0. */
	positive(names: string | readonly string[], fallback?: number): number {
		const [name, value = fallback] = this.#first([names].flat());
		return typeof value === 'number' && value > 0 && value < Infinity ? value : this.invalid(name, value);
	}

	flag(name: string, fallback: boolean): boolean {
		const value = this.fields[name] ?? fallback;
		return typeof value === 'boolean' ? value : this.invalid(name, value);
	}

	/** Of a norm. */
	epsilon(name: string, fallback: number): number {
		const value = this.fields[name] ?? fallback;
		if (typeof value === 'number' && value > 0 && value <= 0.1) return value;
		return reject(refuse('config-epsilon', {name, value: written(value)}));
	}

	activation(names: string | readonly string[], fallback: Activation, known: readonly Activation[]): Activation {
		const [, value = fallback] = this.#first([names].flat());
		if (known.includes(value as Activation)) return value as Activation;
		return reject(refuse('config-activation', {value: `${JSON.stringify(value)}`, known}));
	}

	/** What is not computed: a field that is there must have this value, or be null. */
	only(name: string, computed: unknown): void {
		const value = this.fields[name] ?? computed;
		if (value !== computed) this.unsupported(name, value);
	}

	/** The fields of an object; null where there is none. */
	inside(name: string): ConfigFields | null {
		const value = this.fields[name] ?? null;
		if (value === null) return null;
		if (typeof value !== 'object') return this.invalid(name, value);
		return new ConfigFields(value as Record<string, unknown>, `${this.path}${name}.`);
	}

	/** A number of heads divides another of them, or a width. @returns how often. */
	divide([sizeName, size]: [string, number], [partsName, parts]: [string, number]): number {
		if (size % parts !== 0) reject(refuse('config-heads', {sizeName, size, partsName, parts}));
		return size / parts;
	}

	unsupported(name: string, value: unknown): never {
		return reject(refuse('config-variant', {name: this.path + name, value: written(value)}));
	}

	invalid(name: string, value: unknown): never {
		const shown = typeof value === 'string' ? JSON.stringify(value) : written(value);
		return reject(refuse('config-field', {name: this.path + name, value: shown}));
	}
}

/** A `config.json`; checkpoints that have been quantised already are none that we read. */
export function configFields(json: unknown): ConfigFields {
	const fields = new ConfigFields((json ?? {}) as Record<string, unknown>);
	fields.only('quantization_config', null);
	return fields;
}

/** Names of the sizes that every family has. */
const SIZES = {
	vocabSize: 'vocab_size',
	contextLength: 'max_position_embeddings' as string | readonly string[],
	layers: 'num_hidden_layers',
	heads: 'num_attention_heads',
	hiddenSize: 'hidden_size',
};

/**
 * What every family's config says. @param names of sizes, where a family has others.
 * @param lastIsEnd whether the last class ends a text where no file names an end.
 */
export function readShape(
	fields: ConfigFields,
	generation: unknown,
	names: Partial<typeof SIZES> = {},
	lastIsEnd = false,
): Omit<ModelConfig, 'layerNormEpsilon'> & {headSize: number} {
	const named = {...SIZES, ...names};
	const hiddenSize = fields.count(named.hiddenSize, LIMITS.width);
	const heads = fields.count(named.heads, LIMITS.heads);
	const vocabSize = fields.count(named.vocabSize, LIMITS.classes);
	return {
		hiddenSize,
		heads,
		headSize: fields.divide([named.hiddenSize, hiddenSize], [named.heads, heads]),
		vocabSize,
		contextLength: fields.count(named.contextLength, LIMITS.positions),
		layers: fields.count(named.layers, LIMITS.layers),
		...readTextEnds(fields.fields, generation, vocabSize, lastIsEnd ? vocabSize - 1 : null),
	};
}
