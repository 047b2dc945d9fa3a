import {refuse} from '../../errors/refusal.ts';
import {brokenFile} from '../safetensors-header.ts';

/**
 * Reads a pickle as data, as PyTorch's `weights_only` does. Of the language's operations only those that a table of tensors is
 * written with are understood, and of names only those below; no code is looked up or run.
 */

/** A storage that the pickle names: a file beside it in the archive. */
export class Storage {
	constructor(
		/** `FloatStorage`. */
		readonly type: string,
		readonly key: string,
		readonly elements: number,
	) {}
}

/** A view of a storage; sizes and strides in elements. */
export class TorchTensor {
	constructor(
		readonly storage: Storage,
		readonly offset: number,
		readonly shape: readonly number[],
		readonly strides: readonly number[],
	) {}
}

/** A name of Python's, which stands for what is done here, and is not looked up. */
class Name {
	constructor(readonly name: string) {}
}

const MARK = Symbol('mark');

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);

/** A pickle that is not written as PyTorch writes one. */
class Malformed extends Error {}

const malformed = (): never => {
	throw new Malformed();
};

/** What a call of each name makes of its arguments. */
const CALLS: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
	'collections OrderedDict'(args) {
		if (args.length === 0) return new Map();
		const [pairs] = args;
		const isPairs = Array.isArray(pairs) && pairs.every(pair => Array.isArray(pair) && pair.length === 2);
		return isPairs ? new Map(pairs as [unknown, unknown][]) : malformed();
	},
	'torch._utils _rebuild_tensor_v2'([storage, offset, shape, strides]) {
		const isTensor = storage instanceof Storage && isCount(offset) && isCounts(shape) && isCounts(strides);
		return isTensor && shape.length === strides.length ? new TorchTensor(storage, offset, shape, strides) : malformed();
	},
	'torch._utils _rebuild_parameter': ([tensor]) => (tensor instanceof TorchTensor ? tensor : malformed()),
	'torch.nn.parameter Parameter': ([tensor]) => (tensor instanceof TorchTensor ? tensor : malformed()),
};

const STORAGE = /^torch (\w+Storage)$/;

/**
 * The value that a pickle describes: Maps for dictionaries, arrays for lists and tuples, and tensors.
 * @throws EngineError `bad-model` naming what it asks for beyond that.
 */
export function readPickle(bytes: Uint8Array, file: string): unknown {
	try {
		return new Machine(bytes, file).run();
	} catch (error) {
		throw error instanceof Malformed ? brokenFile(refuse('torch-pickle', {file}), error) : error;
	}
}

/** The pickle's stack machine. It takes a step for every operation that is written, and none twice. */
class Machine {
	#at = 0;
	readonly #stack: unknown[] = [];
	readonly #memo = new Map<number, unknown>();
	readonly #view: DataView;

	constructor(
		private readonly bytes: Uint8Array,
		private readonly file: string,
	) {
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	run(): unknown {
		for (;;) {
			const code = this.#view.getUint8(this.#skip(1));
			if (code === 0x2e) return this.#pop();
			const step = STEPS.get(code);
			if (!step) throw brokenFile(refuse('torch-operation', {file: this.file, code: `0x${code.toString(16)}`}));
			step(this);
		}
	}

	/** Move on by so many bytes. @returns where they began. */
	#skip(count: number): number {
		const at = this.#at;
		if (count > this.bytes.byteLength - at) malformed();
		this.#at += count;
		return at;
	}

	#pop(): unknown {
		if (this.#stack.length === 0) malformed();
		const value = this.#stack.pop();
		return value === MARK ? malformed() : value;
	}

	#sinceMark(): unknown[] {
		const at = this.#stack.lastIndexOf(MARK);
		if (at < 0) malformed();
		const values = this.#stack.splice(at);
		values.shift();
		return values;
	}

	byte = () => this.#view.getUint8(this.#skip(1));
	short = () => this.#view.getUint16(this.#skip(2), true);
	int = () => this.#view.getInt32(this.#skip(4), true);
	count = () => this.#view.getUint32(this.#skip(4), true);
	double = () => this.#view.getFloat64(this.#skip(8), false);
	push = (value: unknown) => void this.#stack.push(value);
	mark = () => this.push(MARK);

	/** A whole number of any length; one beyond what is exact counts nothing here. */
	long() {
		const length = this.byte();
		if (length > 8) malformed();
		const at = this.#skip(length);
		let value = 0n;
		for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[at + i]);
		return Number(BigInt.asIntN(8 * length, value));
	}

	text(length: number) {
		const at = this.#skip(length);
		return decoder.decode(this.bytes.subarray(at, at + length));
	}

	line() {
		const end = this.bytes.indexOf(0x0a, this.#at);
		if (end < 0) malformed();
		const text = this.text(end - this.#at);
		this.#skip(1);
		return text;
	}

	put(at: number) {
		if (this.#stack.length === 0) malformed();
		this.#memo.set(at, this.#stack.at(-1));
	}

	get(at: number) {
		this.push(this.#memo.has(at) ? this.#memo.get(at) : malformed());
	}

	memoize() {
		this.put(this.#memo.size);
	}

	tuple(length: number) {
		const values = Array.from({length}, () => this.#pop());
		this.push(values.reverse());
	}

	tupleSinceMark() {
		this.push(this.#sinceMark());
	}

	append(values: readonly unknown[] = this.#sinceMark()) {
		const list = this.#stack.at(-1);
		if (!Array.isArray(list)) return malformed();
		for (const value of values) list.push(value);
	}

	appendOne() {
		this.append([this.#pop()]);
	}

	setItems(values: readonly unknown[] = this.#sinceMark()) {
		const map = this.#stack.at(-1);
		if (!(map instanceof Map) || values.length % 2 !== 0) return malformed();
		for (let i = 0; i < values.length; i += 2) map.set(values[i], values[i + 1]);
	}

	setItem() {
		const value = this.#pop();
		this.setItems([this.#pop(), value]);
	}

	name(module: string, name: string) {
		const full = `${module} ${name}`;
		if (!Object.hasOwn(CALLS, full) && !STORAGE.test(full))
			throw brokenFile(refuse('torch-name', {file: this.file, name: `${module}.${name}`}));
		this.push(new Name(full));
	}

	nameOnStack() {
		const [name, module] = [this.#pop(), this.#pop()];
		if (typeof name !== 'string' || typeof module !== 'string') return malformed();
		this.name(module, name);
	}

	call() {
		const [args, callee] = [this.#pop(), this.#pop()];
		if (!(callee instanceof Name) || !Array.isArray(args) || !Object.hasOwn(CALLS, callee.name)) return malformed();
		this.push(CALLS[callee.name](args));
	}

	/** An object's further fields: of a dictionary, the versions of its modules, which nothing reads. */
	build() {
		this.#pop();
		if (!(this.#stack.at(-1) instanceof Map)) malformed();
	}

	/** `('storage', FloatStorage, '0', 'cpu', 12)`. */
	persistent() {
		const id = this.#pop();
		if (!Array.isArray(id)) return malformed();
		const [kind, type, key, , elements] = id;
		const named = type instanceof Name ? STORAGE.exec(type.name)?.[1] : undefined;
		if (kind !== 'storage' || named === undefined || typeof key !== 'string' || !isCount(elements)) return malformed();
		this.push(new Storage(named, key, elements));
	}
}

const decoder = new TextDecoder('utf-8', {ignoreBOM: true});

/** The operations that are understood, by their codes (Python's `pickletools`). */
const STEPS: ReadonlyMap<number, (machine: Machine) => void> = new Map<number, (machine: Machine) => void>([
	[0x80, m => void m.byte()], // PROTO
	[0x95, m => void m.double()], // FRAME: a length that is passed over
	[0x28, m => m.mark()],
	[0x7d, m => m.push(new Map())],
	[0x5d, m => m.push([])],
	[0x29, m => m.push([])],
	[0x4e, m => m.push(null)],
	[0x88, m => m.push(true)],
	[0x89, m => m.push(false)],
	[0x4a, m => m.push(m.int())],
	[0x4b, m => m.push(m.byte())],
	[0x4d, m => m.push(m.short())],
	[0x8a, m => m.push(m.long())],
	[0x47, m => m.push(m.double())],
	[0x58, m => m.push(m.text(m.count()))],
	[0x8c, m => m.push(m.text(m.byte()))],
	[0x71, m => m.put(m.byte())],
	[0x72, m => m.put(m.count())],
	[0x94, m => m.memoize()],
	[0x68, m => m.get(m.byte())],
	[0x6a, m => m.get(m.count())],
	[0x85, m => m.tuple(1)],
	[0x86, m => m.tuple(2)],
	[0x87, m => m.tuple(3)],
	[0x74, m => m.tupleSinceMark()],
	[0x61, m => m.appendOne()],
	[0x65, m => m.append()],
	[0x73, m => m.setItem()],
	[0x75, m => m.setItems()],
	[0x63, m => m.name(m.line(), m.line())],
	[0x93, m => m.nameOnStack()],
	[0x52, m => m.call()],
	[0x62, m => m.build()],
	[0x51, m => m.persistent()],
]);
