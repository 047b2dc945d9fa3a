import type {Step} from '../../model/causal-lm.ts';
import {randomStream} from '../../random.ts';
import {
	type Continuation,
	choicesFrom,
	continuationOf,
	logProbOf,
	type Run,
	rowOf,
	type TokenChoice,
} from '../continuation.ts';
import type {BeamCandidate, BeamTrace} from '../trace.ts';
import {type Candidate, drawCandidates, rankCandidates} from './beam-candidates.ts';
import {BeamHypotheses, normalised} from './beam-hypotheses.ts';

/** A hypothesis that is still growing. */
interface Beam {
	readonly ids: readonly number[];
	readonly tokens: readonly TokenChoice[];
	/** Sum of processed log-probabilities, float32 as in Hugging Face. */
	readonly score: number;
	/** Row of the last step that it grew from. */
	readonly parent: number;
}

interface Group {
	readonly index: number;
	readonly hypotheses: BeamHypotheses;
	beams: Beam[];
}

/** A beam with its row of the model's logits. */
interface Row {
	readonly beam: Beam;
	readonly logits: Float32Array;
}

/**
 * Beam search, beam sampling and diverse beam search (Vijayakumar et al. 2018, https://arxiv.org/abs/1610.02424), with
 * the semantics of Hugging Face's `BeamSearchScorer`. Of 2 x beams candidates a step, complete ones among the first
 * `beams` become hypotheses and the best `beams` others go on. A stop string completes a candidate as `<|endoftext|>`
 * does. With groups, each is a beam search of its own that is pushed away from what the groups before it chose (a group
 * that is done pushes no more, where Hugging Face counts its padding).
 *
 * Beams are reordered by taking rows of the model's branches: the prompt's cache is never copied.
 */
export async function beamSearch(run: Run): Promise<{continuations: Continuation[]; trace: BeamTrace}> {
	const {model, prefix, config, stopping, hooks} = run;
	const groupSize = config.numBeams / config.numBeamGroups;
	const groups: Group[] = Array.from({length: config.numBeamGroups}, (_, index) => ({
		index,
		hypotheses: new BeamHypotheses(groupSize, config, stopping.budget),
		beams: [{ids: [], tokens: [], score: 0, parent: 0}],
	}));
	const advance = advancer(run, groupSize);
	const trace: BeamTrace = {kind: 'beam', steps: []};
	let live = groups;
	let step: Step | null = null;

	while (live.length > 0) {
		hooks.signal?.throwIfAborted();
		const candidates = advance(live, step);
		const length = trace.steps.push(candidates);
		live = live.filter(group => group.beams.length > 0);
		const beams = live.flatMap(group => group.beams);
		hooks.onHypotheses?.(length, ranked(beams, config.lengthPenalty));
		const reason = length === stopping.budget ? stopping.budgetReason : stopping.timeIsOver() ? 'time' : null;
		if (reason) closeAll(live, candidates, reason);
		if (reason || beams.length === 0) break;
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
		.map(({tokens, finishReason, score}) => continuationOf(tokens, finishReason, run, score));
	return {continuations, trace};
}

/** One step of every live group, in order. Replaces their beams; a group that is done has none left. */
function advancer(run: Run, groupSize: number) {
	const {model, prefix, config, pipeline} = run;
	const random = config.doSample ? randomStream(config.seed, 0) : null;

	return (live: readonly Group[], step: Step | null): BeamCandidate[] => {
		const considered: BeamCandidate[] = [];
		const earlierGroups: number[] = [];
		let row = 0;
		for (const group of live) {
			const firstRow = step ? row : 0;
			const rows: Row[] = group.beams.map(beam => ({
				beam,
				logits: step ? rowOf(step.logits, row++, model.config.vocabSize) : prefix.logits,
			}));
			const scores = rows.map(({beam, logits}) =>
				pipeline.run(logits, {prompt: prefix.ids, generated: beam.ids, earlierGroups}),
			);
			const sums = group.beams.map(beam => beam.score);
			const candidates = random
				? drawCandidates(scores, sums, 2 * groupSize, random)
				: rankCandidates(scores, sums, 2 * groupSize);
			const grown = grow(rows, candidates, firstRow, candidate =>
				random ? logProbOf(scores[candidate.beam], candidate.id) : 0,
			);
			considered.push(...settle(run, group, groupSize, grown));
			for (const {ids} of group.beams) earlierGroups.push(ids[ids.length - 1]);
		}
		return considered;
	};
}

/** The hypotheses that the candidates stand for. */
function grow(
	rows: readonly Row[],
	candidates: readonly Candidate[],
	firstRow: number,
	samplingLogProb: (candidate: Candidate) => number,
): Beam[] {
	const choices = rows.map(({logits}) => choicesFrom(logits));
	return candidates.map(candidate => {
		const {beam} = rows[candidate.beam];
		return {
			ids: [...beam.ids, candidate.id],
			tokens: [...beam.tokens, choices[candidate.beam](candidate.id, samplingLogProb(candidate))],
			score: candidate.score,
			parent: firstRow + candidate.beam,
		};
	});
}

/** Sort the candidates, best first, into complete, kept and pruned ones: `BeamSearchScorer.process`. */
function settle({stopping}: Run, group: Group, groupSize: number, candidates: readonly Beam[]): BeamCandidate[] {
	const kept = new Set<Beam>();
	const statuses = candidates.map((candidate, place): BeamCandidate['status'] => {
		const completion = stopping.completion(candidate.ids);
		if (completion) {
			// A complete text that is worse than the beams that go on does not count.
			const isAmongBest = place < groupSize && group.hypotheses.add(candidate.tokens, candidate.score, completion);
			return isAmongBest ? 'finished' : 'pruned';
		}
		if (kept.size === groupSize) return 'pruned';
		kept.add(candidate);
		return 'kept';
	});
	const isDone = candidates.length === 0 || group.hypotheses.isDone(candidates[0].score, candidates[0].ids.length);
	group.beams = isDone ? [] : [...kept];
	return candidates.map(({tokens, parent, score}, place) => {
		const {id, logProb} = tokens[tokens.length - 1];
		const status = isDone && statuses[place] === 'kept' ? 'pruned' : statuses[place];
		return {id, parent, group: group.index, logProb, score, status};
	});
}

/** The beams that are still open become hypotheses: `BeamSearchScorer.finalize`. */
function closeAll(groups: readonly Group[], lastStep: BeamCandidate[], reason: 'length' | 'context' | 'time'): void {
	const open = lastStep.filter(candidate => candidate.status === 'kept');
	for (const beamOf of groups.flatMap(group => group.beams.map(beam => ({group, beam})))) {
		const isAmongBest = beamOf.group.hypotheses.add(beamOf.beam.tokens, beamOf.beam.score, reason);
		open.shift()!.status = isAmongBest ? 'finished' : 'pruned';
	}
}

const ranked = (beams: readonly Beam[], lengthPenalty: number) =>
	beams
		.map(({ids, score}) => ({ids, score: normalised(score, ids.length, lengthPenalty)}))
		.sort((a, b) => b.score - a.score);
