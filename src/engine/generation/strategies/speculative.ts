import {argmax, logSumExp, softmax} from '../../math/math.ts';
import {type RandomStream, randomStream} from '../../math/random.ts';
import {
	Classification,
	type Continuation,
	continuationOf,
	type Decoding,
	type TokenChoice,
	withMemory,
} from '../continuation.ts';
import {assistantDrafter} from '../drafters/assistant.ts';
import type {Draft} from '../drafters/drafter.ts';
import {promptLookup} from '../drafters/prompt-lookup.ts';
import {classAt, drawClass, drawWeighted} from '../draw.ts';
import type {Memory} from '../logits-processor.ts';
import {createReader} from '../reader.ts';
import type {Candidate, Trace} from '../trace.ts';
import type {Strategy} from './strategy.ts';

/**
 * Speculative decoding: tokens are drafted, the model reads the whole draft in one step and keeps the tokens it agrees with.
 * Leviathan et al. 2023, https://arxiv.org/abs/2211.17192; Chen et al. 2023, https://arxiv.org/abs/2302.01318. A smaller
 * model drafts, or the text so far. Greedy gives the model's own greedy text; sampling gives the model's own distribution
 * after processors and warpers, and with drafts from the text the very tokens that sampling with this seed gives. (An
 * ONNX export's numbers depend on how many tokens are read at once: there, but for their rounding.)
 * @throws EngineError `bad-parameter` when a draft model is asked for and there is none that fits.
 */
async function speculativeDecoding(decoding: Decoding): Promise<{continuation: Continuation; trace: Trace}> {
	const {model, prefix, config, pipeline, stopping, hooks} = decoding;
	const random = config.doSample ? randomStream(config.seed, 0) : null;
	const drafter = config.promptLookupNumTokens > 0 ? promptLookup(decoding) : assistantDrafter(decoding, random);
	const reader = createReader(model, prefix, hooks.signal);
	const tokens: TokenChoice[] = [];
	const kept: Candidate[] = [];
	const rejected: Rejected[] = [];
	let [drafted, accepted] = [0, 0];
	let memory: Memory | undefined = hooks.memory;

	for (let round = 0; ; round++) {
		hooks.signal?.throwIfAborted();
		const ids = tokens.map(token => token.id);
		// The model adds one token to every draft; the first is known from the prompt, and needs no run.
		const most = ids.length === 0 ? 0 : Math.min(drafter.perRound, stopping.budget - ids.length - 1);
		const draft = await drafter.draft(ids, most, memory);
		const verified = await reader.logitsAfter([...ids, ...draft.ids], draft.ids.length + 1);
		const acceptedBefore = accepted;
		drafted += draft.ids.length;
		for (const [place, row] of verified.entries()) {
			const {logits, against} = row;
			const generated = [...ids, ...draft.ids.slice(0, place)];
			const scores = pipeline.run(logits, {prompt: prefix.ids, generated, against, memory});
			const total = random ? logSumExp(scores) : 0;
			const {id, ratio, number} = judge(scores, total, draft, place, random);
			const isAccepted = id === draft.ids[place];
			if (isAccepted) accepted++;

			const classification = new Classification(row);
			const token = classification.choose(id, random ? scores[id] - total : 0, number);
			memory = pipeline.accept(token.samplingLogProb, memory);
			tokens.push(withMemory(token, memory));
			const by = isAccepted ? 'draft' : place < draft.ids.length ? 'correction' : 'bonus';
			const score = isAccepted ? ratio : null;
			kept.push({id, parent: 0, logProb: token.logProb, score, status: 'kept', why: {by, round}});
			hooks.onTokens?.([{branch: 0, token}]);
			const reason = stopping.reasonAfter(tokens.map(({id}) => id));
			if (reason || !isAccepted) {
				const from = isAccepted ? place + 1 : place;
				// Only the first was judged: those after it were drafted to follow it.
				const first = draft.ids[place];
				const judged = isAccepted ? null : {logProb: logits[first] - classification.total, score: ratio};
				rejected.push({at: ids.length + from, ids: draft.ids.slice(from), judged, round});
			}
			if (reason) {
				hooks.onFinished?.(0, reason);
				const drafting = {drafted, accepted, modelCalls: reader.calls, draftCalls: drafter.calls};
				return {
					continuation: continuationOf(tokens, reason, decoding),
					trace: {steps: stepsOf(kept, rejected), drafting},
				};
			}
			if (!isAccepted) break;
		}
		drafter.learn?.(draft.ids.length, accepted - acceptedBefore);
	}
}

export const SPECULATIVE: Strategy = {
	rowsFrom: 'numReturnSequences',
	needsAssistant: ({promptLookupNumTokens}) => promptLookupNumTokens === 0,
	async decode(decoding) {
		const {continuation, trace} = await speculativeDecoding(decoding);
		return {continuations: [continuation], trace};
	},
};

/**
 * The class that the model chooses at a place of the draft; the draft is accepted there when it is the same. Greedy, and
 * where the draft is a guess or has ended, the model chooses as it always does: for a guess x, that is a draw from p,
 * which accepts x with probability p(x). A draft drawn with probability q is accepted with min(1, p / q); otherwise the class is drawn from
 * max(0, p - q), normalised. Together that too is a draw from p.
 * @param total the scores' log-sum-exp; of no use without a random stream.
 * @returns with p / q of a drafted class that was drawn with q, or the number that it was drawn by.
 */
function judge(
	scores: Float32Array,
	total: number,
	draft: Draft,
	place: number,
	random: RandomStream | null,
): {id: number; ratio: number | null; number?: number} {
	if (!random) return {id: argmax(scores), ratio: null};
	if (!draft.scores || place >= draft.ids.length) {
		const number = random.next();
		return {id: classAt(scores, number, total).id, ratio: null, number};
	}
	const drafted = draft.ids[place];
	const p = softmax(scores, total);
	const q = softmax(draft.scores[place]);
	const ratio = p[drafted] / q[drafted];
	if (random.next() * q[drafted] < p[drafted]) return {id: drafted, ratio};
	const rest = new Float64Array(p.length);
	let sum = 0;
	for (let id = 0; id < p.length; id++) {
		rest[id] = Math.max(0, p[id] - q[id]);
		sum += rest[id];
	}
	// Equal distributions can differ by rounding alone, and leave nothing.
	return {id: sum > 0 ? drawWeighted(rest, random) : drawClass(scores, random, total), ratio};
}

/** The end of a draft that was not accepted, and its place in the text. */
interface Rejected {
	at: number;
	ids: readonly number[];
	/** What its first class was judged by; null where the text ended before it. */
	judged: Pick<Candidate, 'logProb' | 'score'> | null;
	round: number;
}

/** At each place of the text the class that it goes on with, then the rejected ones, each of which continues the one before it. */
function stepsOf(kept: readonly Candidate[], rejected: readonly Rejected[]): Candidate[][] {
	const steps = kept.map(candidate => [candidate]);
	for (const {at, ids, judged, round} of rejected) {
		let parent = 0;
		for (const [i, id] of ids.entries()) {
			const known = (i === 0 && judged) || {logProb: null, score: null};
			steps[at + i] ??= [];
			steps[at + i].push({id, parent, ...known, status: 'pruned', why: {by: 'draft', round}});
			parent = steps[at + i].length - 1;
		}
	}
	return steps;
}
