import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import {PAGE} from '../kernels/assembly/layout.ts';
import type {KernelHost} from '../kernels/host.ts';
import type {
	Branches,
	CausalLM,
	ExtendOptions,
	ModelConfig,
	Prefix,
	RunOptions,
	ScoreOptions,
	Step,
	WindowScores,
} from './causal-lm.ts';
import type {Declaration} from './family.ts';
import {Machine} from './machine.ts';
import {Pages} from './pages.ts';
import {Reader, type Text, type Way} from './reader.ts';
import {RecentPrefixes} from './recent-prefixes.ts';
import {logSumExpAt, windowScores} from './scores.ts';
import type {WeightsLayout} from './weights-layout.ts';

/** Bytes of pages that are kept for texts that begin as earlier ones did. */
export const KEPT_BYTES = 64 * 2 ** 20;
/** Prompts whose logits are kept, in contexts: those that are asked for again are not computed at all. */
const KEPT_CONTEXTS = 2;

/** B branches are B lists of tokens: what has been computed of them is found by what they say. */
interface Lists extends Branches {
	readonly ids: readonly (readonly number[])[];
}

const branchesOf = (ids: readonly (readonly number[])[], length: number): Lists => ({size: ids.length, length, ids});

/** A model on the kernels. Its weights are to be written to `machine.weightBytes()` before it is asked. */
export class KernelModel implements CausalLM {
	readonly abilities = {sharesPrefix: true, hiddenStates: true};
	readonly #recent: RecentPrefixes<Prefix>;

	#config: ModelConfig;

	/** @param isOwn whether the machine is this model's alone, and is closed with it. */
	private constructor(
		config: ModelConfig,
		readonly reader: Reader,
		private readonly isOwn = true,
	) {
		this.#config = config;
		this.#recent = new RecentPrefixes(KEPT_CONTEXTS * config.contextLength);
	}

	/**
	 * @param weights may have more tensors than the model's program reads.
	 * @param kept bytes of pages that are kept.
	 * @throws EngineError `out-of-memory`.
	 */
	static async open(
		{config, program}: Declaration,
		weights: WeightsLayout,
		host: KernelHost,
		kept = KEPT_BYTES,
	): Promise<KernelModel> {
		const machine = await Machine.open(program, weights, config.contextLength, host);
		const pageBytes = program.pageBytes[weights.precision];
		const cacheBytes = pageBytes / PAGE;
		return new KernelModel({...config, cacheBytes}, new Reader(machine, new Pages(machine.memory, pageBytes, kept)));
	}

	get config(): ModelConfig {
		return this.#config;
	}

	/** Only the first classes have a token: what fills the head up beyond them is no answer. To be said before anything is asked. */
	setClasses(vocabSize: number): void {
		this.machine.classes = vocabSize;
		this.#config = {...this.#config, vocabSize};
	}

	get machine(): Machine {
		return this.reader.machine;
	}

	/** The same model computing in another way; it has no weights of its own, and is closed with this one. */
	computing(way: Way): KernelModel {
		return new KernelModel(this.config, this.reader.computing(way), false);
	}

	/** The first blocks under the same head, an early exit: it has no weights of its own, and is closed with this model. */
	firstBlocks(layers: number): KernelModel {
		const {residuals, head, instructions} = this.machine.program;
		const name = `first ${layers}`;
		const ranges = [[0, residuals[layers] + 1] as const, [head, instructions.length] as const];
		return new KernelModel({...this.config, layers}, this.reader.computing({name, ranges}), false);
	}

	async prefill(ids: readonly number[], options: RunOptions & {hidden?: boolean} = {}): Promise<Prefix> {
		if (ids.length === 0) throw new EngineError('bad-parameter', refuse('prompt-empty'));
		this.#checkLength(ids.length);
		options.signal?.throwIfAborted();
		const wantsHidden = options.hidden ?? false;
		const {prefix: known, shared} = this.#recent.longest(ids, wantsHidden);
		if (known && shared === ids.length) return this.#recent.remember(known);

		const {hiddenSize: D, vocabSize: V} = this.config;
		const n = ids.length;
		const hidden = wantsHidden ? new Float32Array(n * D) : null;
		const from = hidden ? Math.min(shared, n - 1) : n - 1;
		if (hidden && known?.hidden) hidden.set(known.hidden.subarray(0, from * D));
		const logits = new Float32Array(V);
		let logSumExp = 0;
		const text: Text = {
			ids: [...ids],
			next: from,
			wanted: position => (position === n - 1 ? 'logits' : 'hidden'),
		};
		options.onProgress?.(Math.min(from, this.reader.known(text.ids)), n);
		const runs = this.reader.runs(
			[text],
			(computed, done) => {
				for (const {position, place, hasLogits} of computed) {
					hidden?.set(this.machine.hidden(place), position * D);
					if (!hasLogits) continue;
					logits.set(this.machine.logits(place));
					logSumExp = logSumExpAt(this.machine, place);
				}
				return done;
			},
			options,
		);
		for await (const done of runs) options.onProgress?.(done, n);
		return this.#recent.remember({ids: text.ids, logits, logSumExp, hidden});
	}

	async extend(
		prefix: Prefix,
		branches: Branches | null,
		tokens: readonly (readonly number[])[],
		options: ExtendOptions = {},
	): Promise<Step> {
		const {hiddenSize: D, vocabSize: V} = this.config;
		const before = branches as Lists | null;
		const length = before?.length ?? 0;
		const added = tokens[0].length;
		const first = prefix.ids.length + length;
		this.#checkLength(first + added);
		const extended = tokens.map((row, b) => [...(before?.ids[b] ?? []), ...row]);
		const rows = options.rows === 'all' ? added : 1;
		const size = tokens.length * rows * V;
		const {into} = options;
		const logits = into && into.length >= size ? into.subarray(0, size) : new Float32Array(size);
		const logSumExps = new Float64Array(tokens.length * rows);
		const hidden = options.hidden ? new Float32Array(tokens.length * rows * D) : null;
		const texts = extended.map(
			(row): Text => ({
				ids: [...prefix.ids, ...row],
				next: first + added - rows,
				wanted: () => 'logits',
			}),
		);
		await this.reader.read(
			texts,
			computed => {
				for (const {text, position, place} of computed) {
					const row = texts.indexOf(text) * rows + position - (first + added - rows);
					logits.set(this.machine.logits(place), row * V);
					logSumExps[row] = logSumExpAt(this.machine, place);
					hidden?.set(this.machine.hidden(place), row * D);
				}
			},
			options,
		);
		return {branches: branchesOf(extended, length + added), logits, logSumExps, rows, hidden};
	}

	select(branches: Branches, rows: readonly number[]): Branches {
		const {ids, length} = branches as Lists;
		return branchesOf(
			rows.map(row => ids[row]),
			length,
		);
	}

	truncate(branches: Branches, length: number): Branches {
		return branchesOf(
			(branches as Lists).ids.map(ids => ids.slice(0, length)),
			length,
		);
	}

	async *scoreWindow(
		ids: readonly number[],
		from: number,
		options: ScoreOptions = {},
	): AsyncGenerator<WindowScores, void, undefined> {
		this.#checkLength(ids.length);
		// The last one predicts a token that is not there.
		const positions = options.beyond ? ids.length : ids.length - 1;
		if (from >= positions) return;
		const text: Text = {
			ids: ids.slice(0, positions),
			next: from,
			wanted: () => 'logits',
			target: position => ids[position + 1] ?? -1,
		};
		const mask = options.mask && this.machine.maskAt(options.mask);
		const runs = this.reader.runs(
			[text],
			(computed, done) => ({scores: windowScores(this.machine, computed.length, mask !== undefined), done}),
			{...options, mask, score: true},
		);
		for await (const {scores, done} of runs) {
			options.onProgress?.(done, positions);
			if (scores.rank.length > 0) yield scores;
		}
	}

	async headRows(ids: readonly number[], options: Pick<RunOptions, 'signal'> = {}): Promise<Float32Array> {
		options.signal?.throwIfAborted();
		const {hiddenSize: D} = this.config;
		const rows = new Float32Array(ids.length * D);
		const rowOf = this.machine.outputsOf(this.machine.program.classifier);
		for (const [i, id] of ids.entries()) rows.set(rowOf(id), i * D);
		return rows;
	}

	/** Forget every text that has been read in this way; it is read again when somebody asks. */
	forget(): void {
		this.#recent.clear();
		this.reader.forget();
	}

	async dispose(): Promise<void> {
		this.#recent.clear();
		if (this.isOwn) await this.machine.dispose();
	}

	#checkLength(length: number): void {
		if (length > this.config.contextLength) {
			throw new EngineError('too-long', refuse('too-long', {length, context: this.config.contextLength}));
		}
		const {room} = this.reader.pages;
		if (length > room) throw new EngineError('out-of-memory', refuse('cache-memory', {length, room}));
	}
}
