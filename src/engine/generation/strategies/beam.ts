import {logSumExp} from '../../math/math.ts';
import {randomStream} from '../../math/random.ts';
import type {Step} from '../../model/causal-lm.ts';
import {classesOfBeam, endsOf} from '../config.ts';
import {
	Classification,
	type Continuation,
	continuationOf,
	type Decoding,
	reportFinished,
	rowAt,
	type TokenChoice,
	withMemory,
} from '../continuation.ts';
import type {Memory} from '../logits-processor.ts';
import type {Candidate, Trace} from '../trace.ts';
import {drawCandidates, rankCandidates} from './beam-candidates.ts';
import {BeamHypotheses, normalised} from './beam-hypotheses.ts';
import type {Strategy} from './strategy.ts';

/** A hypothesis that is still growing. */
interface Beam {
	readonly ids: readonly number[];
	readonly tokens: readonly TokenChoice[];
	/** Sum of processed log-probabilities, float32 as in Hugging Face. */
	readonly score: number;
	/** Row of the last step that it grew from. */
	readonly parent: number;
	/** Its index among all candidates of the step that it was made in. */
	readonly place: number;
	readonly memory?: Memory;
}

/** A beam extended by a class. It may complete, be kept, or be pruned. */
interface GrownBeam extends Beam {
	/** Whether it may complete here; the others are there so that enough beams go on when many complete. */
	readonly mayComplete: boolean;
	/** Its entry in the trace, which gets its status. */
	readonly traced: Candidate;
}

/** Why all beams end with this step; null while the search goes on. */
type EndOfSearch = 'length' | 'context' | 'time' | null;

/**
 * Beam search and beam sampling, as in Hugging Face's `generate` since version 4.50 (`_beam_search`). Of 2 x beams
 * candidates a step (more where several tokens end a text), complete ones among the first `beams` become hypotheses and the
 * best `beams` others go on. A stop string completes a candidate as `<|endoftext|>` does.
 *
 * Beams are reordered by taking rows of the model's branches: the prompt's cache is never copied.
 */
export async function beamSearch(decoding: Decoding): Promise<{continuations: Continuation[]; trace: Trace}> {
	const {model, prefix, config, stopping, hooks} = decoding;
	const hypotheses = new BeamHypotheses(config.numBeams, config, stopping.budget);
	const grow = grower(decoding);
	const trace: Trace = {steps: []};
	let beams: readonly Beam[] = [{ids: [], tokens: [], score: 0, parent: 0, place: 0, memory: hooks.memory}];
	let step: Step | null = null;

	for (;;) {
		hooks.signal?.throwIfAborted();
		const length = trace.steps.length + 1;
		const end = length === stopping.budget ? stopping.budgetReason : stopping.timeIsOver() ? 'time' : null;
		const candidates = grow(beams, step);
		trace.steps.push(candidates.map(({traced}) => traced));
		const next = settle(decoding, hypotheses, candidates, end);
		hooks.onHypotheses?.(length, ranked(next.beams, config.lengthPenalty));
		if (next.isDone) break;
		beams = next.beams;
		const parents = beams.map(beam => beam.parent);
		step = await model.extend(
			prefix,
			step && model.select(step.branches, parents),
			beams.map(beam => [beam.ids[beam.ids.length - 1]]),
			{signal: hooks.signal},
		);
	}

	const continuations = hypotheses.best
		.slice(0, config.numReturnSequences)
		.map(({tokens, finishReason, score}) => continuationOf(tokens, finishReason, decoding, score));
	return {continuations, trace};
}

/** Tokens are reported at the end: until then, no beam is sure to be a continuation. */
export const BEAM: Strategy = {
	rowsFrom: 'numBeams',
	async decode(decoding) {
		const {continuations, trace} = await beamSearch(decoding);
		for (const [branch, {tokens}] of continuations.entries()) {
			decoding.hooks.onTokens?.(tokens.map(token => ({branch, token})));
		}
		reportFinished(continuations, decoding.hooks);
		return {continuations, trace};
	},
};

/** Extends the beams of a step; returns its candidates, best first. */
function grower({model, prefix, config, pipeline}: Decoding) {
	const random = config.doSample ? randomStream(config.seed, 0) : null;
	const considered = classesOfBeam(endsOf(config, model.config)) * config.numBeams;

	return (beams: readonly Beam[], step: Step | null): GrownBeam[] => {
		const rows = beams.map((_, row) => (step ? rowAt(step, row, model.config.vocabSize) : prefix));
		const classifications = rows.map(row => new Classification(row));
		const scores = beams.map(({ids, memory}, i) => {
			const {logits, against} = rows[i];
			return pipeline.run(logits, {prompt: prefix.ids, generated: ids, against, memory}, classifications[i].total);
		});
		const sums = beams.map(beam => beam.score);
		const candidates = random
			? drawCandidates(scores, sums, considered, random)
			: rankCandidates(scores, sums, considered);
		const totals = random && scores.map(row => logSumExp(row));
		return candidates.map(({beam, id, score, place}, index): GrownBeam => {
			const parent = beams[beam];
			const token = classifications[beam].choose(id, totals ? scores[beam][id] - totals[beam] : 0);
			const memory = pipeline.accept(token.samplingLogProb, parent.memory);
			return {
				ids: [...parent.ids, id],
				tokens: [...parent.tokens, withMemory(token, memory)],
				score,
				memory,
				parent: beam,
				place: index,
				mayComplete: place < config.numBeams,
				traced: {id, parent: parent.place, logProb: token.logProb, score, status: 'pruned', why: {by: 'sum'}},
			};
		});
	};
}

/**
 * Decides what becomes of the candidates of a step: `_update_finished_beams` and `_beam_search_has_unfinished_sequences`.
 * When the search ends, each of the first candidates, as many as there are beams, counts as complete.
 */
function settle(
	decoding: Decoding,
	hypotheses: BeamHypotheses,
	candidates: readonly GrownBeam[],
	end: EndOfSearch,
): {beams: readonly Beam[]; isDone: boolean} {
	const open = takeComplete(decoding, hypotheses, candidates);
	if (end) {
		// Not only those that would go on: the first that were drawn need not be the best.
		const ending = candidates.filter(({mayComplete, ids}) => mayComplete && !decoding.stopping.completion(ids));
		for (const {traced} of open) traced.status = 'pruned';
		for (const {tokens, score, traced} of ending) {
			if (hypotheses.add(tokens, score, end)) traced.status = 'finished';
		}
		return {beams: ending, isDone: true};
	}
	if (open.length > 0 && !hypotheses.isDone(open[0].score, open[0].ids.length)) return {beams: open, isDone: false};
	for (const {traced} of open) traced.status = 'pruned';
	return {beams: [], isDone: true};
}

/** Makes hypotheses of the complete candidates. @returns the best others, at most as many as there are beams. */
function takeComplete(
	{stopping, config}: Decoding,
	hypotheses: BeamHypotheses,
	candidates: readonly GrownBeam[],
): GrownBeam[] {
	const open: GrownBeam[] = [];
	for (const candidate of candidates) {
		const reason = stopping.completion(candidate.ids);
		if (reason) {
			// A complete text that is worse than the beams that go on does not count.
			if (candidate.mayComplete && hypotheses.add(candidate.tokens, candidate.score, reason)) {
				candidate.traced.status = 'finished';
			}
		} else if (open.length < config.numBeams) {
			open.push(candidate);
			candidate.traced.status = 'kept';
		}
	}
	return open;
}

const ranked = (beams: readonly Beam[], lengthPenalty: number) =>
	beams
		.map(({ids, score}) => ({ids, score: normalised(score, ids.length, lengthPenalty)}))
		.sort((a, b) => b.score - a.score);
