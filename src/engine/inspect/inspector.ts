import {type Refusal, refuse} from '../../refusals/refusal.ts';
import {EngineError} from '../errors.ts';
import {LENS} from '../families/gpt2/inspect-blocks.ts';
import {type ModelConfig, type RunOptions, SCORED_TOP_CLASSES, type WindowScores} from '../model/causal-lm.ts';
import {CHUNK} from '../model/chunks.ts';
import {graphFeeds, windowScores} from '../model/graph-feeds.ts';
import type {GrowingInputs} from '../model/growing.ts';
import {kvOperations} from '../model/kv-cache.ts';
import type {Session} from '../model/ort-session.ts';
import {type Feeds, int64} from '../model/tensors.ts';

/** What to look at; nothing else is computed. */
export interface InspectOptions extends RunOptions {
	/** Positions, from 0, whose residual stream and logit lens are wanted. */
	residuals?: readonly number[];
	/** The class whose rank and log-probability are followed through the blocks, one for each of these positions. */
	targets?: readonly number[];
	/** Block, from 0, whose attention is wanted. */
	attentionOf?: number;
}

/** The blocks at r positions of a text, for a model of L blocks and width D. */
export interface Inspection {
	/** The residual stream before the first block (token + position embedding) and after every one: [L + 1, r, D]. */
	readonly residuals: Float32Array;
	/** Hidden states after the final layer norm, the vectors that the head classifies: [r, D]. */
	readonly hidden: Float32Array;
	/**
	 * The logit lens: what the final layer norm and the head make of the residual stream, [L + 1, r], so `rank[b * r + i]` is
	 * of position i after b blocks. The last one is the model's own answer. `rank` and `logProb` are those of
	 * the targets, and mean nothing where none were given.
	 */
	readonly lens: WindowScores;
	/**
	 * How much each position looks at each, [H, s, s]: head, from, at. A row sums to 1, and is 0 at what comes later. Null
	 * where it was not asked for.
	 */
	readonly attention: Float32Array | null;
}

/**
 * A model whose blocks can be looked at while they work: a second build of the graph from the same weights (see
 * `openInspector`), opened when somebody wants to look and disposed of afterwards, so that the ordinary graph stays fast.
 */
export class Inspector {
	readonly #kv;

	constructor(
		readonly config: ModelConfig,
		private readonly session: Session,
	) {
		this.#kv = kvOperations(config);
	}

	/**
	 * Read a text of 1 to `contextLength` tokens, in the chunks in which a prompt is read.
	 * @throws EngineError `too-long`; `bad-parameter` naming a position, class or block that is not there.
	 */
	async inspect(ids: readonly number[], options: InspectOptions = {}): Promise<Inspection> {
		const {layers: L, heads: H, hiddenSize: D} = this.config;
		const wanted = options.residuals ?? [];
		this.#check(ids, wanted, options);
		const blocks = L + 1;
		const inspection = {
			residuals: new Float32Array(blocks * wanted.length * D),
			hidden: new Float32Array(wanted.length * D),
			lens: emptyScores(blocks * wanted.length),
			attention: options.attentionOf === undefined ? null : new Float32Array(H * ids.length ** 2),
		};

		const cache = this.session.grow(this.#kv.growth, this.#kv.feeds('prefix', this.#kv.empty(1)), ids.length);
		try {
			await this.#read(ids, wanted, options, inspection, cache);
			return inspection;
		} finally {
			this.session.free(cache);
		}
	}

	/** Read the text chunk by chunk, and put what is seen into its places. @param wanted positions. @param cache grows. */
	async #read(
		ids: readonly number[],
		wanted: readonly number[],
		options: InspectOptions,
		inspection: Inspection,
		cache: GrowingInputs,
	): Promise<void> {
		const {layers: L, heads: H, hiddenSize: D} = this.config;
		const blocks = L + 1;
		options.onProgress?.(0, ids.length);
		for (let done = 0; done < ids.length; ) {
			const chunk = ids.slice(done, done + CHUNK);
			const end = done + chunk.length;
			const inChunk = [...wanted.keys()].filter(i => wanted[i] >= done && wanted[i] < end);
			const outputs = await this.session.run(
				{
					...graphFeeds(this.#kv, [chunk], done, this.#kv.empty(1), chunk.length, []),
					rows: int64(
						inChunk.map(i => wanted[i] - done),
						[inChunk.length],
					),
					row_targets: int64(
						inChunk.map(i => options.targets?.[i] ?? 0),
						[1, inChunk.length],
					),
				},
				[
					...this.#kv.present,
					...(inChunk.length > 0 ? ['residuals', 'hidden', ...Object.values(LENS)] : []),
					...(inspection.attention ? [`attention.${options.attentionOf}`] : []),
				],
				options.signal,
				cache,
			);
			if (inChunk.length > 0) {
				takeRows(outputs, inspection, blocks, D, inChunk, wanted.length);
				for (const i of inChunk) {
					const at = (wanted[i] - done) * D;
					inspection.hidden.set((outputs.hidden.data as Float32Array).subarray(at, at + D), i * D);
				}
			}

			if (inspection.attention)
				takeAttention(outputs[`attention.${options.attentionOf}`], inspection.attention, H, done, ids.length);
			done = end;
			options.onProgress?.(done, ids.length);
		}
	}

	/** Give the memory back. */
	dispose(): Promise<void> {
		return this.session.dispose();
	}

	#check(ids: readonly number[], rows: readonly number[], {targets, attentionOf}: InspectOptions): void {
		const {contextLength, layers, vocabSize} = this.config;
		const reject = (why: Refusal) => {
			throw new EngineError('bad-parameter', why);
		};
		const isIndex = (value: number, length: number) => Number.isInteger(value) && value >= 0 && value < length;
		if (ids.length === 0) reject(refuse('text-empty'));
		if (ids.length > contextLength) {
			throw new EngineError('too-long', refuse('too-long', {length: ids.length, context: contextLength}));
		}

		for (const row of rows) {
			if (!isIndex(row, ids.length)) reject(refuse('position-missing', {position: row, last: ids.length - 1}));
		}

		if (targets && targets.length !== rows.length)
			reject(refuse('targets-count', {positions: rows.length, targets: targets.length}));
		for (const id of targets ?? []) {
			if (!isIndex(id, vocabSize)) reject(refuse('class-id-missing', {id, size: vocabSize}));
		}

		if (attentionOf !== undefined && !isIndex(attentionOf, layers))
			reject(refuse('block-missing', {block: attentionOf, last: layers - 1}));
	}
}

function emptyScores(rows: number): WindowScores {
	const k = SCORED_TOP_CLASSES;
	const floats = (length: number) => new Float32Array(length);
	return {
		rank: new Int32Array(rows),
		logProb: floats(rows),
		logSumExp: floats(rows),
		entropy: floats(rows),
		topIds: new Int32Array(rows * k),
		topLogProbs: floats(rows * k),
		k,
	};
}

/** Copy the results of one chunk, [L + 1, rows in chunk, ...], to their places in those of all rows, [L + 1, r, ...]. */
function takeRows(
	outputs: Feeds,
	{residuals, lens}: Pick<Inspection, 'residuals' | 'lens'>,
	blocks: number,
	D: number,
	inChunk: readonly number[],
	r: number,
): void {
	const scores = windowScores(outputs, LENS);
	const copy = <A extends Float32Array | Int32Array>(from: A, to: A, width: number) => {
		for (let b = 0; b < blocks; b++) {
			for (const [at, i] of inChunk.entries()) {
				const start = (b * inChunk.length + at) * width;
				to.set(from.subarray(start, start + width), (b * r + i) * width);
			}
		}
	};
	copy(outputs.residuals.data as Float32Array, residuals, D);
	copy(scores.rank, lens.rank, 1);
	copy(scores.logProb, lens.logProb, 1);
	copy(scores.logSumExp, lens.logSumExp, 1);
	copy(scores.entropy, lens.entropy, 1);
	copy(scores.topIds, lens.topIds, lens.k);
	copy(scores.topLogProbs, lens.topLogProbs, lens.k);
}

/** Put the attention of one chunk, [1, H, 1, m, W], into the whole, [H, s, s]. */
function takeAttention(output: Feeds[string], attention: Float32Array, H: number, done: number, s: number): void {
	const data = output.data as Float32Array;
	const [m, W] = output.dims.slice(3);
	for (let h = 0; h < H; h++) {
		for (let i = 0; i < m; i++) {
			const from = (h * m + i) * W;
			attention.set(data.subarray(from, from + done + i + 1), (h * s + done + i) * s);
		}
	}
}
