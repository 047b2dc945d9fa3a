import type {ModelConfig, Prefix} from './causal-lm.ts';
import {CHUNK, wholeChunks} from './chunks.ts';
import {graphFeeds} from './graph-feeds.ts';
import type {GrowingInputs} from './growing.ts';
import {type KvCache, kvOperations} from './kv-cache.ts';
import type {Session} from './ort-session.ts';
import {SingleFlight} from './single-flight.ts';

/** A prompt that has been read, with its cache. */
export interface ReadPrefix extends Prefix {
	readonly cache: KvCache;
}

/**
 * A prompt that is being read, chunk by chunk, for all who wait for it. Its cache grows in the runtime's memory; JavaScript gets it once,
 * when all is read.
 */
export class PromptReading {
	/** How many wait for it; counted by the model. */
	readers = 0;
	/** Positions that have been read. */
	done: number;
	readonly #kv;
	readonly #cache: GrowingInputs;
	readonly #hidden: Float32Array | null;
	#logits = new Float32Array(0);
	#finished: ReadPrefix | null = null;
	/** The chunk that is being read, under the position it begins at. */
	readonly #chunks = new SingleFlight<void>();

	/** @param known begins with `shared` of the same tokens; whole chunks of it are not read again. */
	constructor(
		private readonly session: Session,
		config: ModelConfig,
		private readonly ids: readonly number[],
		{prefix: known, shared}: {prefix: ReadPrefix | null; shared: number},
		hidden: boolean,
	) {
		this.#kv = kvOperations(config);
		this.done = wholeChunks(Math.min(shared, ids.length - 1));
		const begin = known ? this.#kv.truncate(known.cache, this.done) : this.#kv.empty(1);
		this.#cache = session.grow(this.#kv.growth, this.#kv.feeds('prefix', begin), ids.length);
		this.#hidden = hidden ? new Float32Array(ids.length * config.hiddenSize) : null;
		if (known?.hidden) this.#hidden?.set(known.hidden.subarray(0, this.done * config.hiddenSize));
	}

	/** Read the next chunk; a run that others wait for is shared with them. */
	next(signal: AbortSignal | undefined): Promise<void> {
		return this.#chunks.share(`${this.done}`, () => this.#read(signal), signal);
	}

	async #read(signal: AbortSignal | undefined): Promise<void> {
		const {ids, done} = this;
		const chunk = ids.slice(done, done + CHUNK);
		const isLast = done + chunk.length === ids.length;
		const outputs = await this.session.run(
			graphFeeds(this.#kv, [chunk], done, this.#kv.empty(1), isLast ? chunk.length - 1 : chunk.length, []),
			[...(isLast ? ['logits'] : []), ...(this.#hidden ? ['hidden'] : []), ...this.#kv.present],
			signal,
			this.#cache,
		);
		this.#hidden?.set(outputs.hidden.data as Float32Array, (done * this.#hidden.length) / ids.length);
		if (isLast) this.#logits = outputs.logits.data as Float32Array<ArrayBuffer>;
		this.done += chunk.length;
	}

	/** What everyone gets who waited, the same for all. */
	finished(): ReadPrefix {
		this.#finished ??= {
			ids: [...this.ids],
			logits: this.#logits,
			hidden: this.#hidden,
			cache: this.#kv.fromTensors('prefix', this.session.take(this.#cache), 1),
		};
		return this.#finished;
	}

	/** Give the memory back, once nobody waits any more. */
	end(): void {
		this.session.free(this.#cache);
	}
}
