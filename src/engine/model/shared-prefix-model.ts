import {refuse} from '../../refusals/refusal.ts';
import {EngineError} from '../errors.ts';
import type {
	Branches,
	CausalLM,
	ExtendOptions,
	ModelConfig,
	Prefix,
	RunOptions,
	Step,
	WindowScores,
} from './causal-lm.ts';
import {scoredChunk} from './chunks.ts';
import {graphFeeds, SCORES, windowScores} from './graph-feeds.ts';
import {type KvCache, kvOperations} from './kv-cache.ts';
import type {Session} from './ort-session.ts';
import {PromptReading, type ReadPrefix} from './prompt-reading.ts';
import {RecentPrefixes} from './recent-prefixes.ts';

/** How many read tokens are kept for reuse: two prompts that fill the context, or several shorter ones. */
const KEPT_CONTEXTS = 2;

interface Gpt2Branches extends Branches {
	readonly cache: KvCache;
}

/** GPT-2 on the shared-prefix graph (see `families/gpt2/graph.ts`). */
export class Gpt2 implements CausalLM {
	readonly abilities = {sharesPrefix: true, hiddenStates: true};
	readonly #kv;
	readonly #recent: RecentPrefixes<ReadPrefix>;
	/** Prompts that are being read, by what they are. */
	readonly #readings = new Map<string, PromptReading>();

	constructor(
		readonly config: ModelConfig,
		readonly session: Session,
	) {
		this.#kv = kvOperations(config);
		this.#recent = new RecentPrefixes(KEPT_CONTEXTS * config.contextLength);
	}

	async prefill(ids: readonly number[], options: RunOptions & {hidden?: boolean} = {}): Promise<Prefix> {
		if (ids.length === 0) throw new EngineError('bad-parameter', refuse('prompt-empty'));
		this.#checkLength(ids.length);
		options.signal?.throwIfAborted();
		const hidden = options.hidden ?? false;
		const {prefix: known, shared} = this.#recent.longest(ids, hidden);
		if (known && shared === ids.length) return this.#recent.remember(known);

		const key = `${hidden} ${ids}`;
		const reading =
			this.#readings.get(key) ?? new PromptReading(this.session, this.config, ids, {prefix: known, shared}, hidden);
		this.#readings.set(key, reading);
		reading.readers++;
		try {
			options.onProgress?.(reading.done, ids.length);
			while (reading.done < ids.length) {
				await reading.next(options.signal);
				options.onProgress?.(reading.done, ids.length);
			}

			return this.#recent.remember(reading.finished());
		} finally {
			if (--reading.readers === 0) {
				this.#readings.delete(key);
				reading.end();
			}
		}
	}

	async extend(
		prefix: Prefix,
		branches: Branches | null,
		tokens: readonly (readonly number[])[],
		options: ExtendOptions = {},
	): Promise<Step> {
		const before = (branches as Gpt2Branches | null)?.cache ?? this.#kv.empty(tokens.length);
		const added = tokens[0].length;
		this.#checkLength(prefix.ids.length + before.length + added);
		const rows = options.rows === 'all' ? added : 1;
		const outputs = await this.session.run(
			// One by one in attention: the same numbers however many tokens are appended at once.
			graphFeeds(this.#kv, tokens, (prefix as ReadPrefix).cache, before, added - rows, [], 1),
			['logits', ...this.#kv.present, ...(options.hidden ? ['hidden'] : [])],
			options.signal,
		);
		if (options.spent) this.session.discard(this.#kv.feeds('suffix', before));
		const cache = this.#kv.fromTensors('present', outputs, tokens.length);
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
		const size = scoredChunk(this.config);
		const none = this.#kv.empty(1);
		// The last run has no need to be looked back at.
		const room = Math.max(0, Math.ceil(positions / size) - 1) * size;
		const cache = this.session.grow(this.#kv.growth, this.#kv.feeds('prefix', none), room);
		try {
			for (let done = 0; from < positions && done < positions; ) {
				const chunk = ids.slice(done, Math.min(done + size, positions));
				const firstScored = Math.min(Math.max(from - done, 0), chunk.length);
				const targets = ids.slice(done + firstScored + 1, done + chunk.length + 1);
				const end = done + chunk.length;
				await options.beforeRun?.();
				const outputs = await this.session.run(
					graphFeeds(this.#kv, [chunk], done, none, chunk.length, targets),
					[...(targets.length > 0 ? Object.values(SCORES) : []), ...(end < positions ? this.#kv.present : [])],
					options.signal,
					cache,
				);
				done = end;
				options.onProgress?.(done, positions);
				if (targets.length > 0) yield windowScores(outputs, SCORES);
			}
		} finally {
			this.session.free(cache);
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

/** The last `rows` of every branch's s rows in [B, s, D]. */
function lastRows(hidden: Float32Array, B: number, s: number, rows: number): Float32Array {
	if (rows === s) return hidden;
	const D = hidden.length / (B * s);
	const taken = new Float32Array(B * rows * D);
	for (let b = 0; b < B; b++) taken.set(hidden.subarray((b * s + s - rows) * D, (b + 1) * s * D), b * rows * D);
	return taken;
}
