import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import {allInOrder} from '../math/all-in-order.ts';
import {readShardIndex} from './shard-index.ts';
import {STORED_WEIGHTS} from './stored-weights.ts';
import {type OpenWeights, type WeightsFile, weightsOf} from './weights-file.ts';

/** What a model is. */
export interface ModelShape {
	config: unknown;
	/** null where the checkpoint has none. */
	generationConfig: unknown;
}

/** What its tokens are. */
export interface ModelWords {
	tokenizer: unknown;
	tokenizerConfig: unknown;
}

/** All files of a checkpoint, as the Hub or this extension stores it; the JSON files parsed. */
export interface ModelFiles extends ModelShape, ModelWords {
	/** The stored form, or `model.safetensors`, or its shards. */
	weights: readonly WeightsFile[];
}

/** A file's bytes; null where there is none of this name. */
export type ReadFile = (name: string) => Promise<Uint8Array | null>;

/** Files that are in memory once they are read. */
const inMemory =
	(read: ReadFile): OpenWeights =>
	async name => {
		const bytes = await read(name);
		return bytes && weightsOf(bytes);
	};

/**
 * The files of a checkpoint, wherever they are. `tokenizer.json` may come as `vocab.json` and `merges.txt`, and
 * `tokenizer_config.json` and `generation_config.json` may be missing.
 * @param open opens the weights, which are read later; where it is left out, they are read into memory at once.
 * @throws EngineError `bad-model` naming the file that is missing or is not JSON; what `read` throws.
 */
export async function readModelFiles(read: ReadFile, open?: OpenWeights): Promise<ModelFiles> {
	const parts = readingModelFiles(read, open);
	const [shape, words, weights] = await allInOrder([parts.shape, parts.words.then(parse => parse()), parts.weights]);
	return {...shape, ...words, weights};
}

/** The parts of a checkpoint, each as soon as it has come. */
export interface ReadingFiles {
	shape: Promise<ModelShape>;
	/** Parses them, which takes a while. */
	words: Promise<() => ModelWords>;
	weights: Promise<readonly WeightsFile[]>;
}

/** Begin to read the files of a checkpoint, all at once; what fails is thrown as `readModelFiles` throws it. */
export function readingModelFiles(read: ReadFile, open: OpenWeights = inMemory(read)): ReadingFiles {
	const parts = {
		shape: allInOrder([readJson(read, 'config.json'), readJson(read, 'generation_config.json', null)]).then(
			([config, generationConfig]) => ({config, generationConfig}),
		),
		words: readingWords(read),
		weights: readWeights(read, open),
	};
	// Whoever waits for one of them may never come to the others.
	for (const part of Object.values(parts)) part.catch(() => {});
	return parts;
}

/** @param missing the value for a file that is not there. @throws EngineError `bad-model`. */
export async function readJson(read: ReadFile, name: string, missing?: unknown): Promise<unknown> {
	return jsonOf(await read(name), name, missing);
}

function jsonOf(bytes: Uint8Array | null, name: string, missing?: unknown): unknown {
	if (!bytes) {
		if (missing !== undefined) return missing;
		throw new EngineError('bad-model', refuse('file-missing', {file: name}));
	}

	try {
		return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
	} catch (error) {
		throw new EngineError('bad-model', refuse('file-not-json', {file: name}), {cause: error});
	}
}

/** What a checkpoint's tokens are. @throws EngineError `bad-model`. */
export const readWords = async (read: ReadFile): Promise<ModelWords> => (await readingWords(read))();

async function readingWords(read: ReadFile): Promise<() => ModelWords> {
	const [tokenizer, config] = await allInOrder([tokenizerFiles(read), tokenizerConfigFiles(read)]);
	return () => {
		const tokenizerConfig = config();
		return {tokenizer: tokenizer(tokenizerConfig), tokenizerConfig};
	};
}

/** The contents of `tokenizer_config.json`, with the chat template that newer repositories have in a file of its own. */
async function tokenizerConfigFiles(read: ReadFile): Promise<() => unknown> {
	const [bytes, template] = [await read('tokenizer_config.json'), await read('chat_template.jinja')];
	return () => {
		const config = jsonOf(bytes, 'tokenizer_config.json', {});
		return template ? {...(config as object | null), chat_template: new TextDecoder().decode(template)} : config;
	};
}

/** The contents of `tokenizer.json`; where there is none, made from `vocab.json` and `merges.txt`, GPT-2's own form. */
async function tokenizerFiles(read: ReadFile): Promise<(config: unknown) => unknown> {
	const tokenizer = await read('tokenizer.json');
	if (tokenizer) return () => jsonOf(tokenizer, 'tokenizer.json');
	const [vocab, merges] = [await read('vocab.json'), await read('merges.txt')];
	return config => oldTokenizer(jsonOf(vocab, 'vocab.json', null), merges, config);
}

const END = '<|endoftext|>';

/** As Hugging Face's `GPT2Tokenizer` reads these files: the configuration names the special tokens, and OPT's has one before every text. */
function oldTokenizer(vocab: unknown, merges: Uint8Array | null, config: unknown): unknown {
	if (typeof vocab !== 'object' || vocab === null || !merges) {
		throw new EngineError('bad-model', refuse('tokenizer-missing'));
	}

	const lines = new TextDecoder().decode(merges).split(/\r?\n/);
	const settings = (config ?? {}) as Record<string, unknown>;
	const textOf = (token: unknown) =>
		typeof token === 'object' ? (token as {content?: unknown} | null)?.content : token;
	const first = textOf(settings.bos_token ?? END);
	const named = [
		first,
		textOf(settings.eos_token ?? END),
		textOf(settings.unk_token ?? END),
		textOf(settings.pad_token),
	];
	const ids = vocab as Record<string, number>;
	const special = [...new Set(named)].filter(
		token => typeof token === 'string' && Object.hasOwn(ids, token),
	) as string[];
	const begins = settings.add_bos_token === true && special.some(token => token === first);
	const single = [{SpecialToken: {id: first, type_id: 0}}, {Sequence: {id: 'A', type_id: 0}}];
	return {
		added_tokens: special.map(content => ({id: ids[content], content, special: true})),
		...(begins && {post_processor: {type: 'TemplateProcessing', single, pair: [], special_tokens: {}}}),
		normalizer: null,
		pre_tokenizer: {type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true},
		decoder: {type: 'ByteLevel'},
		model: {type: 'BPE', vocab, merges: lines.filter(line => line !== '' && !line.startsWith('#version'))},
	};
}

/** Hugging Face's names of the weights, the preferred ones first: in one file, and the index of several. */
export const WEIGHTS = [
	{whole: 'model.safetensors', index: 'model.safetensors.index.json'},
	{whole: 'pytorch_model.bin', index: 'pytorch_model.bin.index.json'},
] as const;

async function readWeights(read: ReadFile, open: OpenWeights): Promise<WeightsFile[]> {
	const stored = await open(STORED_WEIGHTS);
	if (stored) return [stored];
	for (const {whole, index} of WEIGHTS) {
		const file = await open(whole);
		if (file) return [named(file, whole)];
		const shards = await readJson(read, index, null);
		if (shards) return readShards(shards, index, open);
	}
	throw new EngineError('bad-model', refuse('file-missing', {file: WEIGHTS[0].whole}));
}

async function readShards(json: unknown, index: string, open: OpenWeights): Promise<WeightsFile[]> {
	const shards: WeightsFile[] = [];
	// One after the other: an index may name any number of files, and the first that is missing ends the reading.
	for (const name of readShardIndex(json, index).files) {
		const shard = await open(name);
		if (!shard) throw new EngineError('bad-model', refuse('file-missing', {file: name}));
		shards.push(named(shard, name));
	}
	return shards;
}

const named = (file: WeightsFile, name: string): WeightsFile => ({
	name,
	size: file.size,
	read: (into, at) => file.read(into, at),
	finish: async () => file.finish?.(),
});
