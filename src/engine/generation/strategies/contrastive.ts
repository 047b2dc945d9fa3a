import {refuse} from '../../../refusals/refusal.ts';
import {EngineError} from '../../errors.ts';
import {logSumExp, topClasses} from '../../math.ts';
import type {Branches} from '../../model/causal-lm.ts';
import {
	Classification,
	type Continuation,
	continuationOf,
	type Decoding,
	type Row,
	rowAt,
	rowOf,
	type TokenChoice,
} from '../continuation.ts';
import type {Candidate, Trace} from '../trace.ts';
import type {Strategy} from './strategy.ts';

/**
 * Contrastive search: of the k most probable classes, the one that is probable and whose hidden state is unlike all
 * before it. Su et al. 2022, "A Contrastive Framework for Neural Text Generation", https://arxiv.org/abs/2202.06417.
 * All candidates are read as one batch, so a token costs one step.
 * @throws EngineError `bad-parameter` when the prompt was read without its hidden states.
 */
export async function contrastiveSearch(decoding: Decoding): Promise<{continuation: Continuation; trace: Trace}> {
	const {model, prefix, config, pipeline, stopping, hooks} = decoding;
	if (!prefix.hidden) {
		throw new EngineError('bad-parameter', refuse('contrastive-hidden'));
	}
	const width = model.config.hiddenSize;
	const context = directionsOf(prefix.hidden, width, stopping.budget);
	const ids: number[] = [];
	const tokens: TokenChoice[] = [];
	const trace: Trace = {steps: []};
	let parent = 0;
	let row: Row = prefix;
	let branches: Branches | null = null;

	for (;;) {
		hooks.signal?.throwIfAborted();
		const {logits, against} = row;
		const scores = pipeline.run(logits, {prompt: prefix.ids, generated: ids, against});
		const total = logSumExp(scores);
		const candidateIds = Array.from(topClasses(scores, config.topK));
		const step = await model.extend(
			prefix,
			branches &&
				model.select(
					branches,
					candidateIds.map(() => 0),
				),
			candidateIds.map(id => [id]),
			{signal: hooks.signal, hidden: true},
		);
		const candidates = candidateIds.map((id, place): Candidate & {score: number} => {
			const logProb = scores[id] - total;
			const similarity = context.similarity(rowOf(step.hidden!, place, width));
			const score = (1 - config.penaltyAlpha) * Math.exp(logProb) - config.penaltyAlpha * similarity;
			return {id, parent, logProb, score, status: 'pruned', why: {by: 'terms', similarity}};
		});
		const best = candidates.reduce((best, {score}, row) => (score > candidates[best].score ? row : best), 0);
		candidates[best].status = 'kept';
		parent = best;
		trace.steps.push(candidates);

		const token = new Classification(row).choose(candidateIds[best], 0);
		ids.push(token.id);
		tokens.push(token);
		hooks.onTokens?.([{branch: 0, token}]);
		const reason = stopping.reasonAfter(ids);
		if (reason) {
			hooks.onFinished?.(0, reason);
			return {continuation: continuationOf(tokens, reason, decoding), trace};
		}
		context.add(rowOf(step.hidden!, best, width));
		row = rowAt(step, best, model.config.vocabSize);
		branches = model.select(step.branches, [best]);
	}
}

export const CONTRASTIVE: Strategy = {
	rowsFrom: 'topK',
	needsHidden: true,
	async decode(decoding) {
		const {continuation, trace} = await contrastiveSearch(decoding);
		return {continuations: [continuation], trace};
	},
};

/** Directions (unit vectors) of the hidden states [T, width] so far, with room for more. */
function directionsOf(hidden: Float32Array, width: number, room: number) {
	const directions = new Float32Array(hidden.length + room * width);
	let count = 0;

	function add(state: Float32Array) {
		const norm = lengthOf(state);
		for (let i = 0; i < width; i++) directions[count * width + i] = state[i] / norm;
		count++;
	}

	for (let row = 0; row < hidden.length / width; row++) add(rowOf(hidden, row, width));
	return {
		add,
		/** The largest cosine similarity of a state with those so far. */
		similarity(state: Float32Array): number {
			let largest = -Infinity;
			for (let row = 0; row < count; row++) {
				let dot = 0;
				for (let i = 0, at = row * width; i < width; i++, at++) dot += directions[at] * state[i];
				if (dot > largest) largest = dot;
			}
			return largest / lengthOf(state);
		},
	};
}

function lengthOf(vector: Float32Array): number {
	let sum = 0;
	for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i];
	return Math.sqrt(sum);
}
