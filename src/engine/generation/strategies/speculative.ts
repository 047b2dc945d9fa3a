import {EngineError} from '../../errors.ts';
import {argmax, softmax} from '../../math.ts';
import {type RandomStream, randomStream} from '../../random.ts';
import {
	type Continuation,
	choicesFrom,
	continuationOf,
	logProbOf,
	type Run,
	type TokenChoice,
} from '../continuation.ts';
import {drawClass, drawWeighted} from '../draw.ts';
import {createReader} from '../reader.ts';
import type {SpeculativeRound, SpeculativeTrace} from '../trace.ts';
import type {Strategy} from './strategy.ts';

/**
 * Speculative decoding: a small model drafts, the target reads the whole draft in one step and keeps what it agrees
 * with. Leviathan et al. 2023, https://arxiv.org/abs/2211.17192; Chen et al. 2023, https://arxiv.org/abs/2302.01318.
 * Greedy gives the target's own greedy text; sampling gives the target's own distribution after processors and warpers,
 * which apply to both models.
 * @throws EngineError `bad-parameter` when there is no draft model, or it has other classes or read another prompt.
 */
export async function speculativeDecoding(run: Run): Promise<{continuation: Continuation; trace: SpeculativeTrace}> {
	const {model, prefix, config, pipeline, stopping, hooks} = run;
	const assistant = checkedAssistant(run);
	const random = config.doSample ? randomStream(config.seed, 0) : null;
	const target = createReader(model, prefix, hooks.signal);
	const draft = createReader(assistant.model, assistant.prefix, hooks.signal);
	const draftRoom = assistant.model.config.contextLength - prefix.ids.length;
	const tokens: TokenChoice[] = [];
	const rounds: SpeculativeRound[] = [];
	const process = (logits: Float32Array, generated: readonly number[]) =>
		pipeline.run(logits, {prompt: prefix.ids, generated});

	for (;;) {
		hooks.signal?.throwIfAborted();
		const ids = tokens.map(token => token.id);
		// The target adds a token of its own to every draft.
		const count = Math.min(config.numAssistantTokens, stopping.budget - ids.length - 1, draftRoom - ids.length);
		const drafted: number[] = [];
		const draftScores: Float32Array[] = [];
		while (drafted.length < count) {
			const [logits] = await draft.logitsAfter([...ids, ...drafted], 1);
			const scores = process(logits, [...ids, ...drafted]);
			draftScores.push(scores);
			drafted.push(random ? drawClass(scores, random) : argmax(scores));
		}

		const verified = await target.logitsAfter([...ids, ...drafted], drafted.length + 1);
		const round: SpeculativeRound = {drafted, accepted: 0, correction: null, bonus: null};
		rounds.push(round);
		for (const [place, logits] of verified.entries()) {
			const scores = process(logits, [...ids, ...drafted.slice(0, place)]);
			const verdict = judge(scores, drafted[place], draftScores[place], random);
			if (verdict.accepted) round.accepted++;
			else round[place < drafted.length ? 'correction' : 'bonus'] = verdict.id;

			const token = choicesFrom(logits)(verdict.id, random ? logProbOf(scores, verdict.id) : 0);
			tokens.push(token);
			hooks.onTokens?.([{branch: 0, token}]);
			const reason = stopping.reasonAfter(tokens.map(({id}) => id));
			if (reason) {
				hooks.onFinished?.(0, reason);
				return {continuation: continuationOf(tokens, reason, run), trace: traceOf(rounds)};
			}
			if (!verdict.accepted) break;
		}
	}
}

export const SPECULATIVE: Strategy = {
	rowsFrom: 'numReturnSequences',
	needsDraft: true,
	async run(run) {
		const {continuation, trace} = await speculativeDecoding(run);
		return {continuations: [continuation], trace};
	},
};

/**
 * What the target makes of one drafted class; of none (`drafted` undefined), it chooses alone. A draft drawn with
 * probability q is accepted with min(1, p / q); otherwise the class is drawn from max(0, p - q), normalised. Together
 * that is a draw from p.
 */
function judge(
	scores: Float32Array,
	drafted: number | undefined,
	draftScores: Float32Array | undefined,
	random: RandomStream | null,
): {id: number; accepted: boolean} {
	if (!random) {
		const id = argmax(scores);
		return {id, accepted: id === drafted};
	}
	if (drafted === undefined || !draftScores) return {id: drawClass(scores, random), accepted: false};
	const p = softmax(scores);
	const q = softmax(draftScores);
	if (random.next() * q[drafted] < p[drafted]) return {id: drafted, accepted: true};
	const rest = new Float64Array(p.length);
	let sum = 0;
	for (let id = 0; id < p.length; id++) {
		rest[id] = Math.max(0, p[id] - q[id]);
		sum += rest[id];
	}
	// Equal distributions can differ by rounding alone, and leave nothing.
	return {id: sum > 0 ? drawWeighted(rest, random) : drawClass(scores, random), accepted: false};
}

function checkedAssistant({model, prefix, hooks}: Run) {
	const {assistant} = hooks;
	if (!assistant) {
		throw new EngineError('bad-parameter', 'numAssistantTokens is above 0, but there is no assistant model to draft.');
	}
	const ours = model.config;
	const theirs = assistant.model.config;
	if (ours.vocabSize !== theirs.vocabSize || ours.eosTokenId !== theirs.eosTokenId) {
		throw new EngineError(
			'bad-parameter',
			`The assistant model has ${theirs.vocabSize} classes with the end of text at ${theirs.eosTokenId}, the model ` +
				`${ours.vocabSize} and ${ours.eosTokenId}: a draft means nothing to it. Choose an assistant with its tokenizer.`,
		);
	}
	const {ids} = assistant.prefix;
	if (ids.length !== prefix.ids.length || ids.some((id, i) => id !== prefix.ids[i])) {
		throw new EngineError('bad-parameter', 'The assistant model has read another prompt than the model.');
	}
	return assistant;
}

function traceOf(rounds: SpeculativeRound[]): SpeculativeTrace {
	const accepted = rounds.reduce((sum, round) => sum + round.accepted, 0);
	const drafted = rounds.reduce((sum, round) => sum + round.drafted.length, 0);
	return {kind: 'speculative', rounds, acceptanceRate: drafted === 0 ? 0 : accepted / drafted};
}
