/** Writes files as PyTorch does, and as it never would. */

export interface ZipEntry {
	name: string;
	data: Uint8Array;
	/** Other values than the true ones in the directory. */
	claims?: Partial<Record<'at' | 'length' | 'packed' | 'method' | 'flags', number>>;
	/** The name in its own header, where that is another. */
	local?: string;
	/** Whether the directory has its numbers in 64 bits. */
	wide?: boolean;
}

const text = (value: string) => new TextEncoder().encode(value);
/** Fields one after the other: [bytes, value]. */
const fields = (...values: [1 | 2 | 4 | 8, number][]) => {
	const bytes: number[] = [];
	for (const [size, value] of values) for (let i = 0; i < size; i++) bytes.push(Math.floor(value / 256 ** i) % 256);
	return Uint8Array.from(bytes);
};

export const concat = (parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

/** An archive in which nothing is compressed and data begins at multiples of 64. @param wide with the directory's end in 64 bits. */
export function zip(entries: readonly ZipEntry[], {wide = false, count = entries.length} = {}): Uint8Array {
	const [parts, directory]: Uint8Array[][] = [[], []];
	let at = 0;
	const add = (...added: Uint8Array[]) => {
		for (const part of added) {
			parts.push(part);
			at += part.length;
		}
	};
	for (const {name, data, claims = {}, local = name, wide: is64} of entries) {
		const own = text(local);
		const {at: place = at, length = data.length, packed = data.length, method = 0, flags = 0x808} = claims;
		const extra = Math.ceil((at + 34 + own.length) / 64) * 64 - at - 30 - own.length;
		add(fields([4, 0x0403_4b50], [2, 0], [2, 0x808], [8, 0], [8, 0], [2, 0], [2, own.length], [2, extra]), own);
		add(new Uint8Array(extra), data, fields([4, 0x0807_4b50], [4, 0], [4, data.length], [4, data.length]));
		const [p, l, o] = is64 ? [0xffff_ffff, 0xffff_ffff, 0xffff_ffff] : [packed, length, place];
		directory.push(
			fields([4, 0x0201_4b50], [4, 0], [2, flags], [2, method], [8, 0], [4, p], [4, l]),
			fields([2, text(name).length], [2, is64 ? 28 : 0], [2, 0], [8, 0], [4, o]),
			text(name),
			is64 ? fields([2, 1], [2, 24], [8, length], [8, packed], [8, place]) : new Uint8Array(0),
		);
	}
	const start = at;
	add(...directory);
	const [size, end] = [at - start, at];
	if (wide) {
		add(fields([4, 0x0606_4b50], [8, 44], [4, 0], [8, 0], [8, count], [8, count], [8, size], [8, start]));
		add(fields([4, 0x0706_4b50], [4, 0], [8, end], [4, 1]));
	}
	const [c, s, o] = wide ? [0xffff, 0xffff_ffff, 0xffff_ffff] : [count, size, start];
	add(fields([4, 0x0605_4b50], [4, 0], [2, c], [2, c], [4, s], [4, o], [2, 0]));
	return concat(parts);
}

const codes = (...values: number[]) => Uint8Array.from(values);
const int = (value: number) => concat([codes(0x4a), new Uint8Array(Int32Array.of(value).buffer)]);
const string = (value: string) => concat([codes(0x58), fields([4, text(value).length]), text(value)]);
const name = (module: string, of: string) => text(`c${module}\n${of}\n`);
const tuple = (values: readonly Uint8Array[]) => concat([codes(0x28), ...values, codes(0x74)]);
const calls = (callee: Uint8Array, ...args: Uint8Array[]) => concat([callee, tuple(args), codes(0x52)]);

interface TensorParts {
	type?: string;
	key?: string;
	elements?: number;
	offset?: number;
	shape?: readonly number[];
	strides?: readonly number[];
}

/** Parts of pickles; a tensor is of two floats unless it says otherwise. */
export const pickled = {
	codes,
	int,
	string,
	name,
	tuple,
	calls,
	whole: (...parts: Uint8Array[]) => concat([codes(0x80, 2), ...parts, codes(0x2e)]),
	map: (entries: readonly (readonly [string, Uint8Array])[]) =>
		concat([codes(0x7d, 0x28), ...entries.flatMap(([key, value]) => [string(key), value]), codes(0x75)]),
	tensor({type = 'FloatStorage', key = '0', elements = 2, offset = 0, shape = [2], strides}: TensorParts = {}) {
		const storage = tuple([string('storage'), name('torch', type), string(key), string('cpu'), int(elements)]);
		const steps = strides ?? shape.map((_, i) => shape.slice(i + 1).reduce((product, n) => product * n, 1));
		return calls(
			name('torch._utils', '_rebuild_tensor_v2'),
			concat([storage, codes(0x51)]),
			int(offset),
			tuple(shape.map(int)),
			tuple(steps.map(int)),
			codes(0x89),
			calls(name('collections', 'OrderedDict')),
		);
	},
};

const STORAGES: Record<string, [string, number]> = {
	F32: ['FloatStorage', 4],
	F16: ['HalfStorage', 2],
	BF16: ['BFloat16Storage', 2],
	U8: ['ByteStorage', 1],
	BOOL: ['BoolStorage', 1],
};

/** A safetensors file's tensors as PyTorch's file. @param keyOf another's storage for a tensor. */
export function torchOf(safetensors: Uint8Array, keyOf = (name: string) => name): Uint8Array {
	const length = Number(new DataView(safetensors.buffer, safetensors.byteOffset).getBigUint64(0, true));
	const {__metadata__: _, ...tensors} = JSON.parse(new TextDecoder().decode(safetensors.subarray(8, 8 + length)));
	const entries = Object.entries(tensors as Record<string, {dtype: string; shape: number[]; data_offsets: number[]}>);
	const values = entries.map(([key, {dtype, shape, data_offsets: at}]) => {
		const [type, bytes] = STORAGES[dtype];
		return [key, pickled.tensor({type, key: keyOf(key), elements: (at[1] - at[0]) / bytes, shape})] as const;
	});
	return zip([
		{name: 'archive/data.pkl', data: pickled.whole(pickled.map(values))},
		{name: 'archive/byteorder', data: text('little')},
		...entries.map(
			([
				key,
				{
					data_offsets: [begin, end],
				},
			]) => ({
				name: `archive/data/${key}`,
				data: safetensors.subarray(8 + length + begin, 8 + length + end),
			}),
		),
		{name: 'archive/version', data: text('3\n')},
	]);
}

/** A checkpoint with its safetensors files as PyTorch's. */
export function torchCheckpoint(files: Readonly<Record<string, Uint8Array>>): Record<string, Uint8Array> {
	const renamed = (path: string) => path.replace(/^model(.*)\.safetensors/, 'pytorch_model$1.bin');
	return Object.fromEntries(
		Object.entries(files).map(([path, bytes]) => {
			if (path.endsWith('.safetensors')) return [renamed(path), torchOf(bytes)];
			if (!path.endsWith('.index.json')) return [path, bytes];
			const written = new TextDecoder().decode(bytes);
			return [renamed(path), text(written.replace(/"model(-[\w-]+)\.safetensors"/g, '"pytorch_model$1.bin"'))];
		}),
	);
}
