import {EngineError} from '../../src/engine/errors/engine-error.ts';
import {refuse} from '../../src/engine/errors/refusal.ts';
import {entropy, logSumExp, massOf, rankOf, topClasses} from '../../src/engine/math/math.ts';
import type {
	Branches,
	CausalLM,
	ModelConfig,
	Prefix,
	ScoreOptions,
	Step,
	WindowScores,
} from '../../src/engine/model/causal-lm.ts';

/** How the model was called: the shapes are what batching is judged by. */
type Call =
	| {method: 'prefill'; ids: number[]; hidden: boolean}
	| {method: 'extend'; cached: number; tokens: number[][]; rows: 'last' | 'all'; hidden: boolean}
	| {method: 'select'; rows: number[]}
	| {method: 'truncate'; length: number};

interface SyntheticBranches extends Branches {
	readonly rows: readonly (readonly number[])[];
}

export interface SyntheticOptions {
	vocabSize?: number;
	contextLength?: number;
	hiddenSize?: number;
	/** Class that ends a text; default the last one. */
	/** The last class by default. */
	eosTokenId?: number | readonly number[];
	/** Another seed is another language. */
	seed?: number;
	/** Logits of the class after these tokens, [V]; default a hash of all of them, between -2 and 2. */
	logits?(ids: readonly number[]): ArrayLike<number>;
	/** Hidden state of the last of these tokens, [D]; default a hash of all of them. */
	hidden?(ids: readonly number[]): ArrayLike<number>;
}

export interface SyntheticModel extends CausalLM {
	readonly calls: Call[];
	/** Logits of the class after these tokens, [V], at once and unrecorded. */
	logitsAfter(ids: readonly number[]): Float32Array;
}

/**
 * A tiny language model whose distribution is a function of the whole text: a table, or a hash. It checks how it is
 * called as a real one would, and records it.
 */
export function syntheticModel(options: SyntheticOptions = {}): SyntheticModel {
	const {vocabSize = 8, contextLength = 64, hiddenSize = 4, seed = 1} = options;
	const eosTokenIds = [options.eosTokenId ?? vocabSize - 1].flat();
	const config: ModelConfig = {
		vocabSize,
		contextLength,
		layers: 1,
		heads: 1,
		hiddenSize,
		layerNormEpsilon: 1e-5,
		bosTokenId: eosTokenIds[0],
		eosTokenIds,
	};
	const logits = options.logits ?? (ids => hashed(ids, seed, vocabSize));
	const hidden = options.hidden ?? (ids => hashed(ids, seed ^ 0x5bd1_e995, hiddenSize));
	const calls: Call[] = [];

	function checkRoom(length: number) {
		if (length > contextLength) throw new EngineError('too-long', refuse('too-long', {length, context: contextLength}));
	}

	/** Values of every text, concatenated. */
	const stacked = (
		texts: readonly (readonly number[])[],
		width: number,
		of: (ids: readonly number[]) => ArrayLike<number>,
	) => {
		const result = new Float32Array(texts.length * width);
		for (const [i, text] of texts.entries()) result.set(of(text), i * width);
		return result;
	};

	return {
		config,
		abilities: {sharesPrefix: true, hiddenStates: true},
		calls,
		logitsAfter: ids => Float32Array.from(logits(ids)),

		async prefill(ids, {signal, hidden: wanted = false} = {}): Promise<Prefix> {
			await tick(signal);
			calls.push({method: 'prefill', ids: [...ids], hidden: wanted});
			if (ids.length === 0) throw new Error('A prompt has at least one token.');
			checkRoom(ids.length);
			const beginnings = ids.map((_, i) => ids.slice(0, i + 1));
			return {
				ids: [...ids],
				logits: Float32Array.from(logits(ids)),
				hidden: wanted ? stacked(beginnings, hiddenSize, hidden) : null,
			};
		},

		async extend(prefix, branches, tokens, {signal, rows = 'last', hidden: wanted = false} = {}): Promise<Step> {
			await tick(signal);
			const cached = (branches as SyntheticBranches | null)?.rows ?? tokens.map(() => []);
			calls.push({
				method: 'extend',
				cached: cached[0].length,
				tokens: tokens.map(row => [...row]),
				rows,
				hidden: wanted,
			});
			const added = tokens[0].length;
			if (cached.length !== tokens.length) throw new Error(`${tokens.length} rows for ${cached.length} branches.`);
			if (added < 1 || tokens.some(row => row.length !== added)) throw new Error('Rows of different lengths.');
			const grown = cached.map((row, i) => [...row, ...tokens[i]]);
			checkRoom(prefix.ids.length + grown[0].length);
			const first = rows === 'all' ? 1 : added;
			const texts = grown.flatMap(row =>
				Array.from({length: added - first + 1}, (_, i) => [
					...prefix.ids,
					...row.slice(0, row.length - added + first + i),
				]),
			);
			const next: SyntheticBranches = {size: grown.length, length: grown[0].length, rows: grown};
			return {
				branches: next,
				logits: stacked(texts, vocabSize, logits),
				rows: added - first + 1,
				hidden: wanted ? stacked(texts, hiddenSize, hidden) : null,
			};
		},

		select(branches, rows): Branches {
			calls.push({method: 'select', rows: [...rows]});
			const taken = rows.map(row => (branches as SyntheticBranches).rows[row]);
			if (taken.length === 0 || taken.includes(undefined as never)) throw new Error(`No such rows: ${rows}.`);
			return {size: taken.length, length: branches.length, rows: taken} as SyntheticBranches;
		},

		truncate(branches, length): Branches {
			calls.push({method: 'truncate', length});
			if (length < 0 || length > branches.length) throw new Error(`Cannot truncate ${branches.length} to ${length}.`);
			const rows = (branches as SyntheticBranches).rows.map(row => row.slice(0, length));
			return {size: rows.length, length, rows} as SyntheticBranches;
		},

		async *scoreWindow(ids, from, runOptions: ScoreOptions = {}): AsyncGenerator<WindowScores, void, undefined> {
			await tick(runOptions.signal);
			checkRoom(ids.length);
			const k = Math.min(10, vocabSize);
			const {mask} = runOptions;
			const rows = ids
				.slice(from, runOptions.beyond ? undefined : -1)
				.map((_, i) => Float32Array.from(logits(ids.slice(0, from + i + 1))));
			const top = rows.map(row => topClasses(row, k));
			yield {
				rank: Int32Array.from(rows, (row, i) => rankOf(row, ids[from + i + 1])),
				logProb: Float32Array.from(rows, (row, i) => row[ids[from + i + 1]] - logSumExp(row)),
				logSumExp: Float32Array.from(rows, logSumExp),
				entropy: Float32Array.from(rows, entropy),
				mass: mask ? Float32Array.from(rows, row => massOf(row, mask)) : null,
				topIds: Int32Array.from(top.flatMap(list => [...list])),
				topLogProbs: Float32Array.from(rows.flatMap((row, i) => [...top[i]].map(id => row[id] - logSumExp(row)))),
				k,
			};
		},

		async headRows() {
			throw new EngineError('not-supported', refuse('onnx-no-head'));
		},

		async dispose() {},
	};
}

/** Let other tasks run, as a real computation does, and stop when asked to. */
async function tick(signal?: AbortSignal) {
	signal?.throwIfAborted();
	await Promise.resolve();
	signal?.throwIfAborted();
}

/** `size` numbers between -2 and 2 that depend on every token and its place (FNV-1a, then a final mix). */
function hashed(ids: readonly number[], seed: number, size: number): Float32Array {
	let hash = 0x811c_9dc5 ^ seed;
	for (const id of ids) hash = Math.imul(hash ^ (id + 1), 0x0100_0193);
	return Float32Array.from({length: size}, (_, i) => {
		let word = Math.imul(hash ^ (i + 1), 0x85eb_ca6b);
		word = Math.imul(word ^ (word >>> 13), 0xc2b2_ae35);
		word ^= word >>> 16;
		return ((word >>> 0) / 0xffff_ffff) * 4 - 2;
	});
}
