import {refuse} from '../../errors/refusal.ts';
import {brokenFile} from '../safetensors-header.ts';
import {brokenGguf, type GgufHeader, type GgufValue} from './header.ts';

/** Values of the metadata by name, checked as they are read; every method throws EngineError `bad-model`. */
export class Metadata {
	/** Which family of models it is: the names of its sizes begin with it. */
	readonly architecture: string;
	readonly #tensors: ReadonlyMap<string, readonly number[]>;

	constructor(
		private readonly header: GgufHeader,
		readonly file: string,
	) {
		this.architecture = this.text('general.architecture') ?? this.#missing('general.architecture');
		this.#tensors = new Map(header.tensors.map(({name, shape}) => [name, shape]));
	}

	#value<T extends GgufValue>(name: string, is: (value: GgufValue) => value is T): T | undefined {
		const value = this.header.metadata.get(name);
		if (value === undefined || is(value)) return value as T | undefined;
		throw brokenGguf(this.file, `its ${name} is ${JSON.stringify(value).slice(0, 80)}`);
	}

	#missing(name: string): never {
		throw brokenGguf(this.file, `it has no ${name}`);
	}

	text = (name: string) => this.#value(name, value => typeof value === 'string');
	flag = (name: string) => this.#value(name, value => typeof value === 'boolean');
	/** A number as it was meant: of float32, the shortest decimal that is it. */
	number = (name: string) => shortest(this.#value(name, value => typeof value === 'number'));
	texts = (name: string) =>
		this.#value(
			name,
			(value): value is string[] => Array.isArray(value) && value.every(one => typeof one === 'string'),
		);
	numbers = (name: string) =>
		this.#value(
			name,
			(value): value is number[] => Array.isArray(value) && value.every(one => typeof one === 'number'),
		);

	/** A number of the architecture: `block_count` is `llama.block_count`. */
	size = (name: string) => this.number(`${this.architecture}.${name}`);
	/** The same; it must be there. */
	needed = (name: string) => this.size(name) ?? this.#missing(`${this.architecture}.${name}`);
	listed = (name: string) => this.texts(name) ?? this.#missing(name);
	/** What is not computed. */
	unsupported(name: string, value: unknown): never {
		throw brokenFile(refuse('gguf-unsupported', {file: this.file, name, value: String(value)}));
	}

	has = (tensor: string) => this.#tensors.has(tensor);
	shape = (tensor: string) => this.#tensors.get(tensor) ?? this.#missing(tensor);
}

/** `1e-5` is stored as the float32 9.999999747378752e-6. */
function shortest(value: number | undefined): number | undefined {
	if (value === undefined || Math.fround(value) !== value) return value;
	for (let digits = 1; digits <= 9; digits++) {
		const rounded = Number(value.toPrecision(digits));
		if (Math.fround(rounded) === value) return rounded;
	}
	return value;
}
