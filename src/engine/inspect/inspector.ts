import {EngineError} from '../errors/engine-error.ts';
import {type Refusal, refuse} from '../errors/refusal.ts';
import {ROWS} from '../kernels/assembly/layout.ts';
import {type ModelConfig, type RunOptions, SCORED_TOP_CLASSES, type WindowScores} from '../model/causal-lm.ts';
import type {KernelModel} from '../model/kernel-model.ts';
import type {Computed, ReadOptions, Text} from '../model/reader.ts';
import {windowScores} from '../model/scores.ts';
import {inTurn} from '../model/turns.ts';
import {type HeadAtWork, HeadLook} from './head-at-work.ts';
import {Look} from './look.ts';

/** What to look at; nothing else is computed. */
export interface InspectOptions extends RunOptions {
	/** Positions, from 0, whose residual stream and logit lens are wanted. */
	residuals?: readonly number[];
	/** The class whose rank and log-probability are followed through the blocks, one for each of these positions. */
	targets?: readonly number[];
	/** Whether the lens is left out, so that the residual streams are all that is wanted of these positions. */
	withoutLens?: boolean;
	/** Blocks, from 0, whose attention is wanted. */
	attentionOf?: readonly number[];
}

/** The blocks at r positions of a text, for a model of L blocks and width D. */
export interface Inspection {
	/** The residual stream before the first block (token + position embedding) and after every one: [L + 1, r, D]. */
	readonly residuals: Float32Array;
	/** Hidden states after the final norm, the vectors that the head classifies: [r, D]. */
	readonly hidden: Float32Array;
	/**
	 * The logit lens (nostalgebraist 2020, "interpreting GPT: the logit lens"): what the final norm and the head make of the residual
	 * stream, [L + 1, r], so `rank[b * r + i]` is of position i after b blocks. The last one is the model's own answer.
	 * `rank` and `logProb` are those of the targets, and mean nothing where none were given.
	 */
	readonly lens: WindowScores;
	/**
	 * How much each position looks at each, of every block that was asked for, [H, s, s]: head, from, at. A row sums to 1, and is 0 at
	 * what comes later.
	 */
	readonly attention: readonly Float32Array[];
}

/** Looks at a model's blocks while they work, where their numbers lie; it has no memory of its own. */
export class Inspector {
	readonly config: ModelConfig;

	constructor(private readonly lm: KernelModel) {
		this.config = lm.config;
	}

	/** How many heads of keys and values a block has: its heads of queries share them. */
	get sharedHeads(): number {
		const {machine} = this.lm;
		return machine.attention(machine.program.attentions[0]).sharedHeads;
	}

	/**
	 * Read a text of 1 to `contextLength` tokens. Of what an earlier text began with, only the wanted positions are computed.
	 * @throws EngineError `too-long`; `bad-parameter` naming a position, class or block that is not there.
	 */
	async inspect(ids: readonly number[], options: InspectOptions = {}): Promise<Inspection> {
		const {layers: L, heads: H, hiddenSize: D} = this.config;
		const wanted = options.residuals ?? [];
		this.#check(ids, wanted, options);
		const attentionOf = options.attentionOf ?? [];
		const inspection = {
			residuals: new Float32Array((L + 1) * wanted.length * D),
			hidden: new Float32Array(wanted.length * D),
			lens: emptyScores((L + 1) * wanted.length),
			attention: attentionOf.map(() => new Float32Array(H * ids.length ** 2)),
		};
		await this.#read(ids, wanted, attentionOf, options, inspection);
		if (!options.withoutLens) await this.#lens(wanted.length, options, inspection);
		return inspection;
	}

	/**
	 * How one head of one block, both from 0, comes to what it passes on at the last position of a text.
	 * @throws EngineError as `inspect` does.
	 */
	async head(
		ids: readonly number[],
		{block, head}: {block: number; head: number},
		options: RunOptions = {},
	): Promise<HeadAtWork> {
		this.#check(ids, [], {attentionOf: [block]});
		const {reader} = this.lm;
		const look = new HeadLook(this.lm.machine, block, head, ids.length);
		const text: Text = {ids: [...ids], next: ids.length - 1, wanted: () => 'nothing'};
		let seen: HeadAtWork | null = null;
		const take = (_computed: readonly Computed[], done: number, from: number) => {
			if (done === ids.length) seen = look.take(done - 1 - from, reader.holding(ids));
			return done;
		};
		options.onProgress?.(reader.known(ids), ids.length);
		const readOptions: ReadOptions = {signal: options.signal, most: look.mostRows, change: look};
		for await (const done of reader.runs([text], take, readOptions)) options.onProgress?.(done, ids.length);
		return seen!;
	}

	/** Read the text, and put what is seen into its places. */
	async #read(
		ids: readonly number[],
		wanted: readonly number[],
		attentionOf: readonly number[],
		options: InspectOptions,
		inspection: Inspection,
	): Promise<void> {
		const look = new Look(this.lm.machine, wanted.length > 0, attentionOf, ids.length);
		// Attention is that of all positions; of the residual stream, only the wanted ones are computed again.
		const known = attentionOf.length === 0 ? this.lm.reader.known(ids) : 0;
		const text: Text = {
			ids: [...ids],
			next: Math.min(known, ...wanted, ids.length - 1),
			wanted: position => (wanted.includes(position) ? 'hidden' : 'nothing'),
		};
		options.onProgress?.(known, ids.length);
		const take = (computed: readonly Computed[], done: number, from: number) => {
			for (const {position, place, row} of computed) {
				const hidden = this.lm.machine.hidden(place);
				for (const [i, other] of wanted.entries()) {
					if (other !== position) continue;
					look.residuals(row, i, wanted.length, inspection.residuals);
					inspection.hidden.set(hidden, i * this.config.hiddenSize);
				}
			}
			look.attention(from, done, inspection.attention);
			return done;
		};
		const {signal} = options;
		const readOptions: ReadOptions = {signal, most: look.mostRows, change: look};
		for await (const done of this.lm.reader.runs([text], take, readOptions)) {
			options.onProgress?.(done, ids.length);
		}
	}

	/** The final norm and the head on every residual stream, 64 at a time. @param r positions. */
	async #lens(r: number, {targets, signal}: InspectOptions, {residuals, lens}: Inspection): Promise<void> {
		const {hiddenSize: D, layers: L} = this.config;
		const {machine} = this.lm;
		const {head, instructions, residuals: places} = machine.program;
		const all = (L + 1) * r;
		for (let first = 0; first < all; first += ROWS) {
			signal?.throwIfAborted();
			const n = Math.min(ROWS, all - first);
			await inTurn(async () => {
				const stream = machine.valueAt(places[0]);
				const width = stream.length / ROWS;
				for (let i = 0; i < n; i++) stream.set(residuals.subarray((first + i) * D, (first + i + 1) * D), i * width);
				const rows = Array.from({length: n}, (_, i) => ({
					token: 0,
					position: 0,
					table: 0,
					place: i,
					target: targets?.[(first + i) % r] ?? 0,
				}));
				await machine.run({rows, tables: [[]], wanted: n, score: true, ranges: [[head, instructions.length]]});
				const scores = windowScores(machine, n);
				for (const name of ['rank', 'logProb', 'logSumExp', 'entropy'] as const) lens[name].set(scores[name], first);
				for (const name of ['topIds', 'topLogProbs'] as const) lens[name].set(scores[name], first * scores.k);
			});
		}
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
			if (!isIndex(row, ids.length)) reject(refuse('position-missing', {position: row + 1, last: ids.length}));
		}

		if (targets && targets.length !== rows.length)
			reject(refuse('targets-count', {positions: rows.length, targets: targets.length}));
		for (const id of targets ?? []) {
			if (!isIndex(id, vocabSize)) reject(refuse('class-id-missing', {id, size: vocabSize}));
		}

		for (const block of attentionOf ?? [])
			if (!isIndex(block, layers)) reject(refuse('block-missing', {block, last: layers - 1}));
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
		mass: null,
		topIds: new Int32Array(rows * k),
		topLogProbs: floats(rows * k),
		k,
	};
}
