import {logSumExp} from '../../math.ts';
import type {Step} from '../../model/causal-lm.ts';
import {randomStream} from '../../random.ts';
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

interface Group {
	readonly index: number;
	readonly hypotheses: BeamHypotheses;
	/** Those that grow, best first. */
	beams: readonly Beam[];
	isDone: boolean;
}

/** Why all beams end with this step; null while the search goes on. */
type EndOfSearch = 'length' | 'context' | 'time' | null;

/**
 * Beam search, beam sampling and diverse beam search (Vijayakumar et al. 2018, https://arxiv.org/abs/1610.02424), as in
 * Hugging Face's `generate` since version 4.50: one beam search is the vectorised `_beam_search`, groups of beams are
 * `_group_beam_search` with its `BeamSearchScorer`. Of 2 x beams candidates a step (more where several tokens end a text),
 * complete ones among the first `beams` become hypotheses and the best `beams` others go on. A stop string completes a
 * candidate as `<|endoftext|>` does. Each group is a separate beam search that is pushed away from the classes that the groups before it chose at
 * this step (a group that was done before this step pushes no more, where Hugging Face counts its padding).
 *
 * Beams are reordered by taking rows of the model's branches: the prompt's cache is never copied.
 */
export async function beamSearch(decoding: Decoding): Promise<{continuations: Continuation[]; trace: Trace}> {
	const {model, prefix, config, stopping, hooks} = decoding;
	const groupSize = config.numBeams / config.numBeamGroups;
	const groups: Group[] = Array.from({length: config.numBeamGroups}, (_, index) => ({
		index,
		hypotheses: new BeamHypotheses(groupSize, config, stopping.budget),
		beams: [{ids: [], tokens: [], score: 0, parent: 0, place: 0, memory: hooks.memory}],
		isDone: false,
	}));
	const advance = advancer(decoding, groupSize);
	const trace: Trace = {steps: []};
	let live = groups;
	let step: Step | null = null;

	for (;;) {
		hooks.signal?.throwIfAborted();
		const length = trace.steps.length + 1;
		const end = length === stopping.budget ? stopping.budgetReason : stopping.timeIsOver() ? 'time' : null;
		trace.steps.push(advance(live, step, end));
		live = live.filter(group => !group.isDone);
		const beams = live.flatMap(group => group.beams);
		hooks.onHypotheses?.(length, ranked(beams, config.lengthPenalty));
		if (end || beams.length === 0) break;
		const parents = beams.map(beam => beam.parent);
		step = await model.extend(
			prefix,
			step && model.select(step.branches, parents),
			beams.map(beam => [beam.ids[beam.ids.length - 1]]),
			{signal: hooks.signal},
		);
	}

	const continuations = groups
		.flatMap(group => group.hypotheses.best)
		.sort((a, b) => b.score - a.score)
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

/** One step of every live group, in order; returns all candidates. */
function advancer(decoding: Decoding, groupSize: number) {
	const {model, prefix, config, pipeline} = decoding;
	const random = config.doSample ? randomStream(config.seed, 0) : null;
	const considered = classesOfBeam(endsOf(config, model.config)) * groupSize;
	const settle = config.numBeamGroups > 1 ? settleGroup : settleAlone;

	return (live: readonly Group[], step: Step | null, end: EndOfSearch): Candidate[] => {
		const all: Candidate[] = [];
		const earlierGroups: number[] = [];
		let row = 0;
		for (const group of live) {
			const firstRow = step ? row : 0;
			const rows = group.beams.map(() => (step ? rowAt(step, row++, model.config.vocabSize) : prefix));
			const classifications = rows.map(row => new Classification(row));
			const scores = group.beams.map(({ids, memory}, i) => {
				const {logits, against} = rows[i];
				const context = {prompt: prefix.ids, generated: ids, earlierGroups, against, memory};
				return pipeline.run(logits, context, classifications[i].total);
			});
			const sums = group.beams.map(beam => beam.score);
			const candidates = random
				? drawCandidates(scores, sums, considered, random)
				: rankCandidates(scores, sums, considered);
			const totals = random && scores.map(row => logSumExp(row));
			const grown = candidates.map(({beam, id, score, place}, index): GrownBeam => {
				const parent = group.beams[beam];
				const token = classifications[beam].choose(id, totals ? scores[beam][id] - totals[beam] : 0);
				const memory = pipeline.accept(token.samplingLogProb, parent.memory);
				return {
					ids: [...parent.ids, id],
					tokens: [...parent.tokens, withMemory(token, memory)],
					score,
					memory,
					parent: firstRow + beam,
					place: all.length + index,
					mayComplete: place < groupSize,
					traced: {
						id,
						parent: parent.place,
						logProb: token.logProb,
						score,
						status: 'pruned',
						why: {by: 'sum', group: group.index},
					},
				};
			});
			settle(decoding, group, groupSize, grown, end);
			for (const {ids} of group.beams) earlierGroups.push(ids[ids.length - 1]);
			if (end || group.isDone) for (const {traced} of grown) if (traced.status === 'kept') traced.status = 'pruned';
			for (const {traced} of grown) all.push(traced);
		}
		return all;
	};
}

/** Decides what becomes of a group's candidates after a step. */
type Settle = (
	decoding: Decoding,
	group: Group,
	size: number,
	candidates: readonly GrownBeam[],
	end: EndOfSearch,
) => void;

/**
 * One beam search: `_update_finished_beams` and `_beam_search_has_unfinished_sequences`. When the search ends, each of
 * the first `size` candidates counts as complete.
 */
const settleAlone: Settle = (decoding, group, size, candidates, end) => {
	const open = takeComplete(decoding, group, size, candidates);
	if (end) {
		// Not only those that would go on: the first that were drawn need not be the best.
		const ending = candidates.filter(({mayComplete, ids}) => mayComplete && !decoding.stopping.completion(ids));
		group.beams = complete(group, ending, end);
		return;
	}
	group.beams = open;
	group.isDone = open.length === 0 || group.hypotheses.isDone(open[0].score, open[0].ids.length);
};

/**
 * One group of a diverse beam search: `BeamSearchScorer.process` and `finalize`. The best candidate decides whether the
 * group is done, and when the search ends its open beams are complete.
 */
const settleGroup: Settle = (decoding, group, size, candidates, end) => {
	const open = takeComplete(decoding, group, size, candidates);
	group.beams = open;
	group.isDone = candidates.length === 0 || group.hypotheses.isDone(candidates[0].score, candidates[0].ids.length);
	if (end && !group.isDone) complete(group, open, end);
};

/** Makes hypotheses of the complete candidates. @returns the best `size` of the others. */
function takeComplete({stopping}: Decoding, group: Group, size: number, candidates: readonly GrownBeam[]): GrownBeam[] {
	const open: GrownBeam[] = [];
	for (const candidate of candidates) {
		const reason = stopping.completion(candidate.ids);
		if (reason) {
			// A complete text that is worse than the beams that go on does not count.
			if (candidate.mayComplete && group.hypotheses.add(candidate.tokens, candidate.score, reason)) {
				candidate.traced.status = 'finished';
			}
		} else if (open.length < size) {
			open.push(candidate);
			candidate.traced.status = 'kept';
		}
	}
	return open;
}

/** Makes hypotheses of beams that would have gone on. */
function complete(group: Group, open: readonly GrownBeam[], reason: NonNullable<EndOfSearch>): readonly Beam[] {
	for (const {tokens, score, traced} of open) {
		traced.status = group.hypotheses.add(tokens, score, reason) ? 'finished' : 'pruned';
	}
	return open;
}

const ranked = (beams: readonly Beam[], lengthPenalty: number) =>
	beams
		.map(({ids, score}) => ({ids, score: normalised(score, ids.length, lengthPenalty)}))
		.sort((a, b) => b.score - a.score);
