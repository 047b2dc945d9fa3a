import type {DynamicCache, PreTrainedModel, Tensor} from '@huggingface/transformers';
import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {entropy, logSumExp, massOf, rankOf, topClasses} from '../../math/math.ts';
import {
	type Branches,
	type CausalLM,
	type ExtendOptions,
	type ModelConfig,
	type Prefix,
	type RunOptions,
	SCORED_TOP_CLASSES,
	type ScoreOptions,
	type Step,
	type WindowScores,
} from '../../model/causal-lm.ts';
import {RecentPrefixes} from '../../model/recent-prefixes.ts';
import {cacheOperations, type OnnxCache} from './cache.ts';

/**
 * Positions per run. An export returns the logits of every position it reads, 50,257 numbers each, so a long prompt is read
 * in chunks; they always begin at multiples of this, so that every number depends on the prompt alone.
 */
const CHUNK = 64;

interface OnnxPrefix extends Prefix {
	readonly cache: OnnxCache;
}

interface OnnxBranches extends Branches {
	/** The prompt's positions and the branch's own. */
	readonly cache: OnnxCache;
	readonly promptLength: number;
}

/** The model that the library opened, and the library's own classes that are needed to run it. */
export interface LoadedModel {
	model: PreTrainedModel;
	DynamicCache: new (entries?: Record<string, Tensor>) => DynamicCache;
	Tensor: typeof Tensor;
}

/** The results of one run of the graph on [B, s] tokens. */
interface GraphOutput {
	/** [B, s, V], cut to the classes of the vocabulary. */
	logits: Float32Array;
	cache: OnnxCache;
}

/**
 * Any causal language model of the Hub in its ONNX form, run by `@huggingface/transformers` as it is exported. Branches do
 * not share their prompt's cache: each carries a copy, so a step copies B times the prompt.
 */
export class OnnxCausalLM implements CausalLM {
	readonly abilities = {sharesPrefix: false, hiddenStates: false};
	readonly #kv;
	/** One context: the tensors of a stock cache are as large as ours, and are kept for every prefix. */
	readonly #recent: RecentPrefixes<OnnxPrefix>;

	constructor(
		readonly config: ModelConfig,
		private readonly loaded: LoadedModel,
	) {
		this.#kv = cacheOperations(loaded.Tensor, loaded.DynamicCache);
		this.#recent = new RecentPrefixes(config.contextLength);
	}

	async prefill(ids: readonly number[], options: RunOptions & {hidden?: boolean} = {}): Promise<Prefix> {
		if (ids.length === 0) {
			throw new EngineError('bad-parameter', refuse('prompt-empty'));
		}

		this.#check(ids.length, options);
		options.signal?.throwIfAborted();
		const {prefix: known, shared} = this.#recent.longest(ids, false);
		if (known && shared === ids.length) return this.#recent.remember(known);
		let done = Math.floor(Math.min(shared, ids.length - 1) / CHUNK) * CHUNK;
		let cache = known && done > 0 ? this.#kv.truncate(known.cache, done) : null;
		let logits = new Float32Array(0);
		options.onProgress?.(done, ids.length);
		while (done < ids.length) {
			const chunk = ids.slice(done, done + CHUNK);
			const run = await this.#run([chunk], cache, options.signal);
			cache = run.cache;
			logits = run.logits.slice(-this.config.vocabSize);
			done += chunk.length;
			options.onProgress?.(done, ids.length);
		}

		return this.#recent.remember({ids: [...ids], logits, hidden: null, cache: cache!});
	}

	async extend(
		prefix: Prefix,
		branches: Branches | null,
		tokens: readonly (readonly number[])[],
		options: ExtendOptions = {},
	): Promise<Step> {
		const promptLength = prefix.ids.length;
		const before = branches as OnnxBranches | null;
		const added = tokens[0].length;
		const length = (before?.length ?? 0) + added;
		this.#check(promptLength + length, options);
		const start = before?.cache ?? this.#kv.select((prefix as OnnxPrefix).cache, Array(tokens.length).fill(0));
		const {logits, cache} = await this.#run(tokens, start, options.signal);
		const rows = options.rows === 'all' ? added : 1;
		const next: OnnxBranches = {size: tokens.length, length, cache, promptLength};
		return {branches: next, rows, logits: this.#lastRows(logits, tokens.length, added, rows), hidden: null};
	}

	select(branches: Branches, rows: readonly number[]): Branches {
		const {cache, ...rest} = branches as OnnxBranches;
		return {...rest, size: rows.length, cache: this.#kv.select(cache, rows)} as OnnxBranches;
	}

	truncate(branches: Branches, length: number): Branches {
		const {cache, promptLength, size} = branches as OnnxBranches;
		return {size, length, promptLength, cache: this.#kv.truncate(cache, promptLength + length)} as OnnxBranches;
	}

	async *scoreWindow(
		ids: readonly number[],
		from: number,
		options: ScoreOptions = {},
	): AsyncGenerator<WindowScores, void, undefined> {
		this.#check(ids.length, {});
		// The last one predicts a token that is not there.
		const positions = options.beyond ? ids.length : ids.length - 1;
		let cache: OnnxCache | null = null;
		for (let done = 0; from < positions && done < positions; ) {
			const chunk = ids.slice(done, Math.min(done + CHUNK, positions));
			const first = Math.max(from - done, 0);
			await options.beforeRun?.();
			const run: GraphOutput = await this.#run([chunk], cache, options.signal);
			cache = run.cache;
			const targets = chunk.slice(first).map((_, i) => ids[done + first + 1 + i] ?? -1);
			done += chunk.length;
			options.onProgress?.(done, positions);
			if (targets.length > 0)
				yield this.#scores(run.logits.subarray(first * this.config.vocabSize), targets, options.mask);
		}
	}

	async headRows(): Promise<Float32Array> {
		throw new EngineError('not-supported', refuse('onnx-no-head'));
	}

	async dispose(): Promise<void> {
		this.#recent.clear();
		await this.loaded.model.dispose();
	}

	/** Read [B, s] tokens after a cache of B rows. */
	async #run(
		tokens: readonly (readonly number[])[],
		cache: OnnxCache | null,
		signal: AbortSignal | undefined,
	): Promise<GraphOutput> {
		signal?.throwIfAborted();
		const {model, Tensor: TensorOf} = this.loaded;
		const [B, s] = [tokens.length, tokens[0].length];
		const int64 = (values: readonly number[], dims: number[]) =>
			new TensorOf('int64', BigInt64Array.from(values, BigInt), dims);
		const total = (cache?.length ?? 0) + s;
		const outputs = (await model.forward({
			input_ids: int64(tokens.flat(), [B, s]),
			attention_mask: int64(Array<number>(B * total).fill(1), [B, total]),
			past_key_values: this.#kv.asInput(cache),
		})) as Record<string, Tensor>;
		const {logits} = outputs;
		const values = (logits.type === 'float32' ? logits : logits.to('float32')).data as Float32Array;
		return {logits: cutTo(values, B * s, this.config.vocabSize), cache: this.#kv.fromOutputs(outputs)};
	}

	/** The last `rows` of every branch's s rows in [B, s, V]. */
	#lastRows(logits: Float32Array, B: number, s: number, rows: number): Float32Array {
		if (rows === s) return logits;
		const V = this.config.vocabSize;
		const taken = new Float32Array(B * rows * V);
		for (let b = 0; b < B; b++) taken.set(logits.subarray((b * s + s - rows) * V, (b + 1) * s * V), b * rows * V);
		return taken;
	}

	#scores(logits: Float32Array, targets: readonly number[], mask: Float32Array | undefined): WindowScores {
		const V = this.config.vocabSize;
		const k = Math.min(SCORED_TOP_CLASSES, V);
		const rows = targets.map((_, i) => logits.subarray(i * V, (i + 1) * V));
		const totals = Float32Array.from(rows, row => logSumExp(row));
		const top = rows.map(row => topClasses(row, k));
		return {
			rank: Int32Array.from(targets, (id, i) => rankOf(rows[i], id)),
			logProb: Float32Array.from(targets, (id, i) => rows[i][id] - totals[i]),
			logSumExp: totals,
			entropy: Float32Array.from(rows, row => entropy(row)),
			mass: mask ? Float32Array.from(rows, (row, i) => massOf(row, mask, totals[i])) : null,
			topIds: Int32Array.from(top.flatMap(ids => [...ids])),
			topLogProbs: Float32Array.from(top.flatMap((ids, i) => [...ids].map(id => rows[i][id] - totals[i]))),
			k,
		};
	}

	#check(length: number, {hidden}: {hidden?: boolean}): void {
		if (hidden) throw new EngineError('not-supported', refuse('onnx-no-hidden'));
		const {contextLength} = this.config;
		if (length > contextLength) {
			throw new EngineError('too-long', refuse('too-long', {length, context: contextLength}));
		}
	}
}

/** Rows of V of the classes that have a token: some models pad their vocabulary to a round number. */
function cutTo(logits: Float32Array, rows: number, V: number): Float32Array {
	const width = logits.length / rows;
	if (width === V) return logits;
	const cut = new Float32Array(rows * V);
	for (let row = 0; row < rows; row++) cut.set(logits.subarray(row * width, row * width + V), row * V);
	return cut;
}
