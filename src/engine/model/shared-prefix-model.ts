import {refuse} from '../../refusals/refusal.ts';
import {EngineError} from '../errors.ts';
import type {Branches, CausalLM, ModelConfig, Prefix, RunOptions, Step, WindowScores} from './causal-lm.ts';
import {graphFeeds, SCORES, windowScores} from './graph-feeds.ts';
import {type KvCache, kvOperations} from './kv-cache.ts';
import type {Session} from './ort-session.ts';
import {RecentPrefixes} from './recent-prefixes.ts';
import {SingleFlight} from './single-flight.ts';
import type {Feeds} from './tensors.ts';

/**
 * Positions per run of a prefill. Chunks always start at multiples of this, so that every number depends
 * on the prompt alone: floating-point sums would round differently over other chunks.
 */
export const CHUNK = 64;

/** Most positions per run when a passage is scored. */
const MOST_SCORED = 512;
/** Positions times weights of such a run at most: 128 of GPT-2 small, half a second on two slow cores. */
const MOST_SCORED_WORK = 128 * 124e6;

/**
 * Positions per run when a passage is scored. Larger chunks feed the cache back less often and give the runtime's threads
 * more to do between waits. Smaller ones show the first scores sooner, and nothing that a person asks for is answered while
 * one is computed: so the larger a model, the smaller they are. They depend on the model alone, since numbers
 * round differently in other chunks.
 */
export function scoredChunk({layers, hiddenSize: D, vocabSize}: ModelConfig): number {
	const weights = 12 * layers * D * D + vocabSize * D;
	return Math.min(MOST_SCORED, Math.max(CHUNK, wholeChunks(MOST_SCORED_WORK / weights)));
}

/** How many read tokens are kept for reuse: two prompts that fill the context, or several shorter ones. */
const KEPT_CONTEXTS = 2;

interface Gpt2Prefix extends Prefix {
	readonly cache: KvCache;
}

interface Gpt2Branches extends Branches {
	readonly cache: KvCache;
}

/** GPT-2 on the shared-prefix graph (see `families/gpt2/graph.ts`). */
export class Gpt2 implements CausalLM {
	readonly abilities = {sharesPrefix: true, hiddenStates: true, exactExtend: true};
	readonly #kv;
	readonly #present: string[];
	readonly #recent: RecentPrefixes<Gpt2Prefix>;
	/** Chunks of prompts that are being read. */
	readonly #reading = new SingleFlight<Feeds>();

	constructor(
		readonly config: ModelConfig,
		readonly session: Session,
	) {
		this.#kv = kvOperations(config);
		this.#recent = new RecentPrefixes(KEPT_CONTEXTS * config.contextLength);
		this.#present = Array.from({length: config.layers}, (_, l) => [`present.${l}.key`, `present.${l}.value`]).flat();
	}

	async prefill(ids: readonly number[], options: RunOptions & {hidden?: boolean} = {}): Promise<Prefix> {
		if (ids.length === 0) throw new EngineError('bad-parameter', refuse('prompt-empty'));
		this.#checkLength(ids.length);
		options.signal?.throwIfAborted();
		const {prefix: known, shared} = this.#recent.longest(ids, options.hidden ?? false);
		if (known && shared === ids.length) return this.#recent.remember(known);

		const {hiddenSize: D} = this.config;
		let done = wholeChunks(Math.min(shared, ids.length - 1));
		let cache = known ? this.#kv.truncate(known.cache, done) : this.#kv.empty(1);
		const hidden = options.hidden ? new Float32Array(ids.length * D) : null;
		if (hidden && known?.hidden) hidden.set(known.hidden.subarray(0, done * D));

		let logits = new Float32Array(0);
		options.onProgress?.(done, ids.length);
		while (done < ids.length) {
			const chunk = ids.slice(done, done + CHUNK);
			const isLast = done + chunk.length === ids.length;
			const before = cache;
			const outputs = await this.#reading.share(
				`${isLast} ${hidden !== null} ${ids.slice(0, done + chunk.length)}`,
				() =>
					this.session.run(
						graphFeeds(this.#kv, [chunk], before, this.#kv.empty(1), isLast ? chunk.length - 1 : chunk.length, []),
						[...(isLast ? ['logits'] : []), ...this.#present, ...(hidden ? ['hidden'] : [])],
						options.signal,
					),
				options.signal,
			);
			hidden?.set(outputs.hidden.data as Float32Array, done * D);
			if (isLast) logits = outputs.logits.data as Float32Array<ArrayBuffer>;
			cache = this.#kv.append(cache, this.#kv.fromOutputs(outputs, 1));
			done += chunk.length;
			options.onProgress?.(done, ids.length);
		}

		return this.#recent.remember({ids: [...ids], logits, hidden, cache});
	}

	async extend(
		prefix: Prefix,
		branches: Branches | null,
		tokens: readonly (readonly number[])[],
		options: RunOptions & {rows?: 'last' | 'all'; hidden?: boolean} = {},
	): Promise<Step> {
		const before = (branches as Gpt2Branches | null)?.cache ?? this.#kv.empty(tokens.length);
		const added = tokens[0].length;
		this.#checkLength(prefix.ids.length + before.length + added);
		const rows = options.rows === 'all' ? added : 1;
		const outputs = await this.session.run(
			// One by one in attention: the same numbers however many tokens are appended at once.
			graphFeeds(this.#kv, tokens, (prefix as Gpt2Prefix).cache, before, added - rows, [], 1),
			['logits', ...this.#present, ...(options.hidden ? ['hidden'] : [])],
			options.signal,
		);
		const cache = this.#kv.fromOutputs(outputs, tokens.length);
		return {
			branches: branchesOf(cache),
			logits: outputs.logits.data as Float32Array,
			rows,
			hidden: options.hidden ? lastRows(outputs.hidden.data as Float32Array, tokens.length, added, rows) : null,
		};
	}

	select(branches: Branches, rows: readonly number[]): Branches {
		return branchesOf(this.#kv.select((branches as Gpt2Branches).cache, rows));
	}

	truncate(branches: Branches, length: number): Branches {
		return branchesOf(this.#kv.truncate((branches as Gpt2Branches).cache, length));
	}

	async *scoreWindow(
		ids: readonly number[],
		from: number,
		options: RunOptions = {},
	): AsyncGenerator<WindowScores, void, undefined> {
		this.#checkLength(ids.length);
		const positions = ids.length - 1; // The last one predicts a token that is not there.
		let cache = this.#kv.empty(1);
		const size = scoredChunk(this.config);
		for (let done = 0; from < positions && done < positions; ) {
			const chunk = ids.slice(done, Math.min(done + size, positions));
			const firstScored = Math.min(Math.max(from - done, 0), chunk.length);
			const targets = ids.slice(done + firstScored + 1, done + chunk.length + 1);
			done += chunk.length;
			await options.beforeRun?.();
			const outputs = await this.session.run(
				graphFeeds(this.#kv, [chunk], cache, this.#kv.empty(1), chunk.length, targets),
				[...(targets.length > 0 ? Object.values(SCORES) : []), ...(done < positions ? this.#present : [])],
				options.signal,
			);
			if (done < positions) cache = this.#kv.append(cache, this.#kv.fromOutputs(outputs, 1));
			options.onProgress?.(done, positions);
			if (targets.length > 0) yield windowScores(outputs, SCORES);
		}
	}

	async headRows(ids: readonly number[], options: Pick<RunOptions, 'signal'> = {}): Promise<Float32Array> {
		this.#checkLength(ids.length);
		const none = this.#kv.empty(1);
		const feeds = graphFeeds(this.#kv, [ids], none, none, ids.length, []);
		return (await this.session.run(feeds, ['head_rows'], options.signal)).head_rows.data as Float32Array;
	}

	async dispose(): Promise<void> {
		this.#recent.clear();
		await this.session.dispose();
	}

	#checkLength(length: number): void {
		if (length > this.config.contextLength) {
			throw new EngineError('too-long', refuse('too-long', {length, context: this.config.contextLength}));
		}
	}
}

const branchesOf = (cache: KvCache): Gpt2Branches => ({size: cache.rows, length: cache.length, cache});

const wholeChunks = (positions: number) => Math.floor(positions / CHUNK) * CHUNK;

/** The last `rows` of every branch's s rows in [B, s, D]. */
function lastRows(hidden: Float32Array, B: number, s: number, rows: number): Float32Array {
	if (rows === s) return hidden;
	const D = hidden.length / (B * s);
	const taken = new Float32Array(B * rows * D);
	for (let b = 0; b < B; b++) taken.set(hidden.subarray((b * s + s - rows) * D, (b + 1) * s * D), b * rows * D);
	return taken;
}
