import {AutoModelForCausalLM, AutoTokenizer, env, Tensor} from '@huggingface/transformers';
import {type BenchEngine, PATHS, type Traffic} from './contract.ts';
import {scoreWithLibrary, scoreWithLoops} from './score-rows.ts';

const EOS = 50256;

/** `@huggingface/transformers` on its WASM backend, with a stock int8 export of the same checkpoint. */
export async function openStock(threads: number): Promise<BenchEngine> {
	env.allowRemoteModels = false;
	env.allowLocalModels = true;
	env.localModelPath = PATHS.stockModels;
	env.useBrowserCache = false;
	env.useWasmCache = false;
	// The build that it takes by itself, from this machine instead of its CDN. By itself it would use fewer threads than we do.
	const runtime = env.backends.onnx.wasm!;
	const file = (extension: string) =>
		new URL(`${PATHS.stockOrt}ort-wasm-simd-threaded.asyncify.${extension}`, self.location.origin).href;
	runtime.wasmPaths = {mjs: file('mjs'), wasm: file('wasm')};
	runtime.numThreads = threads;
	// The tokenizer is not used here, but whoever opens a model for a text opens it too.
	const [model] = await Promise.all([
		AutoModelForCausalLM.from_pretrained(PATHS.stockModel, {device: 'wasm', dtype: 'q8', local_files_only: true}),
		AutoTokenizer.from_pretrained(PATHS.stockModel, {local_files_only: true}),
	]);

	const traffic: Traffic = {out: 0, in: 0};
	/** One run of the graph: rows of new tokens after `past` cached ones. */
	const forward = async (rows: readonly (readonly number[])[], cache: Tensors | null, past: number) => {
		const [B, s] = [rows.length, rows[0].length];
		const inputs = {
			input_ids: int64(rows.flat(), [B, s]),
			attention_mask: int64(Array<number>(B * (past + s)).fill(1), [B, past + s]),
			position_ids: int64(
				rows.flatMap(row => row.map((_, i) => past + i)),
				[B, s],
			),
		};
		traffic.in += bytesOf({...inputs, ...cache});
		const outputs = (await model.forward({...inputs, past_key_values: cache})) as Tensors;
		traffic.out += bytesOf(outputs);
		const next: Tensors = {};
		for (const [name, tensor] of Object.entries(outputs))
			if (name.startsWith('present.')) next[name.replace('present', 'past_key_values')] = tensor;
		return {logits: outputs.logits.data as Float32Array, cache: next};
	};

	return {
		traffic,
		async prefill(ids) {
			const {logits} = await forward([ids], null, 0);
			return logits.subarray((logits.length / ids.length) * (ids.length - 1));
		},
		async branches(prompt, count) {
			let past = prompt.length;
			let {cache} = await forward(
				Array.from({length: count}, () => prompt),
				null,
				0,
			);
			return async tokens => {
				const step = await forward(
					tokens.map(token => [token]),
					cache,
					past++,
				);
				cache = step.cache;
				return step.logits;
			};
		},
		async score(ids, rows) {
			const {logits} = await forward([[EOS, ...ids.slice(0, -1)]], null, 0);
			return rows === 'library' ? scoreWithLibrary(logits, ids) : scoreWithLoops(logits, ids);
		},
	};
}

type Tensors = Record<string, Tensor>;

const int64 = (values: readonly number[], dims: number[]) =>
	new Tensor('int64', BigInt64Array.from(values, BigInt), dims);

const bytesOf = (tensors: Tensors) =>
	Object.values(tensors).reduce((sum, tensor) => sum + (tensor.data as Float32Array).byteLength, 0);
