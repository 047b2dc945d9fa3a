import type {ElementType, OnnxModel} from '../onnx/graph-builder.ts';
import type {GrowingInputs, Growth} from './growing.ts';
import {LateTensor} from './late-tensor.ts';
import type {Feeds, ReadableTensor} from './tensors.ts';
import {WasmGrowing} from './wasm-growing.ts';
import {
	copied,
	copiedText,
	createTensor,
	fail,
	LOG_ERRORS,
	loadModule,
	POINTER,
	type Resident,
	type WasmModule,
} from './wasm-module.ts';

/**
 * A session of ONNX Runtime's WebAssembly module. `InferenceSession.run` of `onnxruntime-web` copies every input into the
 * module's memory at every run, and a prompt's cache is tens of megabytes, the same ones for every token: at 512 tokens of
 * GPT-2 small that takes as long as a third of the step. Here tensors stay where they are from one run to the next.
 */

/** Our graph is built as it is to run: there is nothing to optimise, and looking for it makes V8 compile the code that looks. */
const NO_OPTIMIZATIONS = 0;
const NO_OPTIONS = 0;

/**
 * Bytes of inputs that grow, of several texts together, in the module's memory, which never shrinks: enough for a whole
 * context of GPT-2 small and a short prompt. One text may have more.
 */
const MAX_GROWING = 96e6;

/** One graph in the module. One run at a time. */
export class WasmSession {
	readonly #names = new Map<string, number>();
	/** What went into the last run and what came out of it: most of it goes into the next. */
	#held = new Set<Resident>();
	/** The ones of the last run come last. */
	#growing = new Set<WasmGrowing>();
	#released = false;

	private constructor(
		private readonly wasm: WasmModule,
		private readonly session: number,
	) {}

	static async create(model: OnnxModel, threads: number, wasmPaths: string | undefined): Promise<WasmSession> {
		const wasm = await loadModule(threads, wasmPaths);
		const options = wasm._OrtCreateSessionOptions(NO_OPTIMIZATIONS, false, false, 0, false, 0, 0, LOG_ERRORS, 0, 0);
		if (options === 0) fail(wasm);
		const addresses: number[] = [];
		const kept = (address: number) => {
			addresses.push(address);
			return address;
		};
		try {
			// Prepacked weights would be a second copy of every matrix.
			const [key, value] = ['session.disable_prepacking', '1'].map(text => kept(copiedText(wasm, text)));
			if (wasm._OrtAddSessionConfigEntry(options, key, value) !== 0) fail(wasm);
			const proto = kept(copied(wasm, model.proto));
			for (const {path, data} of model.weights) wasm.mountExternalData(path, data);
			const session = await wasm._OrtCreateSession(proto, model.proto.byteLength, options);
			if (session === 0) fail(wasm);
			return new WasmSession(wasm, session);
		} finally {
			wasm.unmountExternalData();
			for (const address of addresses) wasm._free(address);
			wasm._OrtReleaseSessionOptions(options);
		}
	}

	/**
	 * Run the graph. A tensor that went into the last run or came out of it is not copied again: tensors are never written
	 * after they are made. What comes out is copied when it is read, at the latest before it gives way to others.
	 * @param outputs the names of those to fetch.
	 * @param growing more inputs. Where their outputs are among `outputs`, these are appended to them instead.
	 */
	async run(feeds: Feeds, outputs: readonly string[], growing?: GrowingInputs): Promise<Feeds> {
		const {wasm} = this;
		if (this.#released) throw new Error('The session was released.');
		const inputs = this.#resident(Object.values(feeds)).map(({handle}) => handle);
		const names = Object.keys(feeds);
		if (growing) {
			inputs.push(...this.#entered(growing as WasmGrowing));
			names.push(...growing.growth.map(({input}) => input));
		}

		const stack = wasm.stackSave();
		const list = (values: readonly number[]) => {
			const address = wasm.stackAlloc(values.length * POINTER);
			for (const [i, value] of values.entries()) wasm.setValue(address + i * POINTER, value, '*');
			return address;
		};
		try {
			const fetched = list(outputs.map(() => 0));
			const code = await wasm._OrtRun(
				this.session,
				list(names.map(name => this.#name(name))),
				list(inputs),
				inputs.length,
				list(outputs.map(name => this.#name(name))),
				outputs.length,
				fetched,
				NO_OPTIONS,
			);
			if (code !== 0) fail(wasm);
			const made = outputs.map((name, i): [string, number] => [name, wasm.getValue(fetched + i * POINTER, '*')]);
			return this.#received(new Map(made), growing as WasmGrowing | undefined);
		} finally {
			wasm.stackRestore(stack);
		}
	}

	grow(growth: readonly Growth[], begin: Feeds, room: number): GrowingInputs {
		const growing = new WasmGrowing(this.wasm, growth, begin, room);
		this.#growing.add(growing);
		return growing;
	}

	take(growing: GrowingInputs): Feeds {
		const {feeds, residents} = (growing as WasmGrowing).take();
		for (const resident of residents) this.#held.add(resident);
		this.#growing.delete(growing as WasmGrowing);
		return feeds;
	}

	free(growing: GrowingInputs): void {
		(growing as WasmGrowing).free();
		this.#growing.delete(growing as WasmGrowing);
	}

	discard(tensors: Feeds): void {
		const unused = new Set(Object.values(tensors));
		for (const resident of this.#held) if (unused.has(resident.tensor)) this.#drop(resident, true);
	}

	release(): void {
		if (this.#released) return;
		this.#released = true;
		for (const resident of this.#held) this.#drop(resident, true);
		for (const growing of this.#growing) this.free(growing);
		for (const address of this.#names.values()) this.wasm._free(address);
		if (this.wasm._OrtReleaseSession(this.session) !== 0) fail(this.wasm);
	}

	/** The tensors of inputs that grow. Others are moved out, those that were used longest ago first, where they take too much. */
	#entered(growing: WasmGrowing): number[] {
		this.#growing.delete(growing);
		let bytes = growing.bytes;
		for (const other of [...this.#growing].reverse()) {
			if (!other.isInside) continue;
			bytes += other.bytes;
			if (bytes > MAX_GROWING) other.leave();
		}

		this.#growing.add(growing);
		return growing.handles();
	}

	/** What a run has made, tensors by name: appended to what grows by it, the rest for JavaScript. */
	#received(made: Map<string, number>, growing: WasmGrowing | undefined): Feeds {
		const appended = new Set(growing?.growth.map(({output}) => output));
		const feeds: Feeds = {};
		try {
			for (const [name, handle] of made) {
				if (appended.has(name)) continue;
				feeds[name] = this.#taken(handle);
				made.delete(name);
			}

			if (made.size > 0) growing?.append(made);
			return feeds;
		} finally {
			for (const handle of made.values()) this.wasm._OrtReleaseTensor(handle);
		}
	}

	#name(name: string): number {
		if (!this.#names.has(name)) this.#names.set(name, copiedText(this.wasm, name));
		return this.#names.get(name)!;
	}

	/** Tensors in the module's memory: those that are there, and copies of the rest in the place of what is no longer needed. */
	#resident(tensors: readonly ReadableTensor[]): Resident[] {
		const held = new Map([...this.#held].map(resident => [resident.tensor, resident]));
		const known = tensors.map(tensor => held.get(tensor));
		for (const resident of this.#held) if (!known.includes(resident)) this.#drop(resident);
		return tensors.map((tensor, i) => known[i] ?? this.#added(tensor));
	}

	#added(tensor: ReadableTensor): Resident {
		const {wasm} = this;
		const data = tensor.data as Float32Array;
		const address = copied(wasm, data);
		try {
			const handle = createTensor(wasm, tensor.type as ElementType, address, data.byteLength, tensor.dims);
			const resident = {tensor, address, handle};
			this.#held.add(resident);
			return resident;
		} catch (error) {
			wasm._free(address);
			throw error;
		}
	}

	#drop(resident: Resident, isDiscarded = false): void {
		if (resident.tensor instanceof LateTensor) resident.tensor.leave(isDiscarded);
		this.#held.delete(resident);
		this.wasm._OrtReleaseTensor(resident.handle);
		if (resident.address !== null) this.wasm._free(resident.address);
	}

	/** An output, for JavaScript to read. */
	#taken(handle: number): LateTensor {
		const tensor = new LateTensor(this.wasm, handle);
		this.#held.add({tensor, handle, address: null});
		return tensor;
	}
}
