import type {OnnxOptions} from './runtime.ts';

/**
 * `@huggingface/transformers`, made to work on what it is given: it runs on our copy of ONNX Runtime and takes turns on it
 * with our own sessions, reads files from memory alone, and fetches and keeps nothing.
 */

type Transformers = typeof import('@huggingface/transformers');

/** The paths of a repository's files and their bytes. */
export type RepositoryFiles = ReadonlyMap<string, Uint8Array>;

/** Where the library looks for a copy of ONNX Runtime before it takes its own. */
const RUNTIME = Symbol.for('onnxruntime');

let loaded: Promise<Transformers> | null = null;
/** Repositories that are being opened, under the names the library knows them by. */
const repositories = new Map<string, RepositoryFiles>();

/** The library and its runtime, loaded when the first model needs them. */
function loadTransformers(options: OnnxOptions): Promise<Transformers> {
	loaded ??= load(options).catch(error => {
		loaded = null;
		throw error;
	});
	return loaded;
}

async function load(options: OnnxOptions): Promise<Transformers> {
	const {prepareRuntime, runtimeForLibraries} = await import('./runtime.ts');
	prepareRuntime(options);
	const scope = globalThis as {[RUNTIME]?: unknown};
	scope[RUNTIME] = runtimeForLibraries;
	try {
		const transformers = await import('@huggingface/transformers');
		const nothing = async () => new Response(null, {status: 404});
		Object.assign(transformers.env, {
			allowRemoteModels: false,
			allowLocalModels: true,
			localModelPath: '/',
			remoteHost: '',
			useFS: false,
			useFSCache: false,
			useBrowserCache: false,
			useWasmCache: false,
			useCustomCache: true,
			customCache: {match: async (path: string) => fileAt(path), put: async () => {}},
			fetch: nothing,
			logLevel: transformers.LogLevel.ERROR,
		});
		return transformers;
	} finally {
		delete scope[RUNTIME];
	}
}

/** The file that the library asks for, as `/opened-1/onnx/model.onnx` or as `opened-1/resolve/main/onnx/model.onnx`. */
function fileAt(path: string): Response | undefined {
	const [, name, file] = /^\/?(opened-\d+)\/+(?:resolve\/[^/]+\/+)?(.+)$/.exec(path) ?? [];
	const bytes = repositories.get(name)?.get(file);
	return bytes && new Response(bytes as Uint8Array<ArrayBuffer>);
}

let opened = 0;

/** Open the causal LM of a repository from its files. @param dtype as the library calls it: `fp32`, `q8`, ... */
export async function loadCausalLM(files: RepositoryFiles, dtype: string, options: OnnxOptions) {
	const {AutoModelForCausalLM, DynamicCache, Tensor} = await loadTransformers(options);
	const name = `opened-${++opened}`;
	repositories.set(name, files);
	try {
		const model = await AutoModelForCausalLM.from_pretrained(name, {
			device: 'auto',
			dtype: dtype as 'fp32',
			local_files_only: true,
			session_options: {executionProviders: ['wasm'], externalData: externalData(files)},
		});
		return {model, DynamicCache, Tensor};
	} finally {
		repositories.delete(name);
	}
}

/** Weights in separate files, under any name that the export gave them. */
const externalData = (files: RepositoryFiles) =>
	[...files]
		.filter(([path]) => path.startsWith('onnx/') && !path.endsWith('.onnx'))
		.map(([path, data]) => ({path: path.slice('onnx/'.length), data}));
