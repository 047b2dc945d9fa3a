import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {argmax, logSumExp} from '../../math/math.ts';
import type {RandomStream} from '../../math/random.ts';
import type {ModelConfig} from '../../model/causal-lm.ts';
import type {Decoding} from '../continuation.ts';
import {drawClass} from '../draw.ts';
import {createReader} from '../reader.ts';
import type {Drafter} from './drafter.ts';

/**
 * A smaller model drafts, with the same processors and warpers. It ends a draft early after a token that it gave less than
 * `assistantConfidenceThreshold`, and with a heuristic schedule drafts two tokens more after a draft that was accepted whole
 * and one less after another (Hugging Face's `AssistedCandidateGenerator`, whose threshold also moves where scikit-learn is
 * installed; the early end is of Mamou et al. 2024, https://arxiv.org/abs/2405.04304).
 * @param random draws the draft; null for greedy search.
 * @throws EngineError `bad-parameter` when there is no draft model, or it has other classes or read another prompt.
 */
export function assistantDrafter(decoding: Decoding, random: RandomStream | null): Drafter {
	const {prefix, config, pipeline, stopping, hooks} = decoding;
	const assistant = checkedAssistant(decoding);
	const reader = createReader(assistant.model, assistant.prefix, hooks.signal);
	const room = assistant.model.config.contextLength - prefix.ids.length;
	let perRound = config.numAssistantTokens;
	return {
		get perRound() {
			return perRound;
		},
		get calls() {
			return reader.calls;
		},
		async draft(generated, most, memory) {
			const ids: number[] = [];
			const scores: Float32Array[] = [];
			let learnt = memory;
			while (ids.length < Math.min(most, room - generated.length)) {
				const text = [...generated, ...ids];
				const [{logits, against}] = await reader.logitsAfter(text, 1);
				const processed = pipeline.run(logits, {prompt: prefix.ids, generated: text, against, memory: learnt});
				const total = logSumExp(processed);
				const id = random ? drawClass(processed, random, total) : argmax(processed);
				scores.push(processed);
				ids.push(id);
				learnt = pipeline.accept(processed[id] - total, learnt);
				if (Math.exp(processed[id] - total) < config.assistantConfidenceThreshold) break;
				// Nothing is drafted after an end: a form has no class there.
				if (stopping.completion([...text, id])) break;
			}
			return {ids, scores};
		},
		learn(drafted, accepted) {
			if (drafted === 0 || config.numAssistantTokensSchedule === 'constant') return;
			perRound = accepted === drafted ? perRound + 2 : Math.max(1, perRound - 1);
		},
	};
}

/** Whether the same tokens end a text in both, in whatever order they are named. */
export const haveSameEnds = ({eosTokenIds: a}: ModelConfig, {eosTokenIds: b}: ModelConfig) =>
	a.length === b.length && a.every(id => b.includes(id));

function checkedAssistant({model, prefix, hooks}: Decoding) {
	const {assistant} = hooks;
	if (!assistant) {
		throw new EngineError('bad-parameter', refuse('no-assistant'));
	}
	const ours = model.config;
	const theirs = assistant.model.config;
	if (ours.vocabSize !== theirs.vocabSize || !haveSameEnds(ours, theirs)) {
		throw new EngineError(
			'bad-parameter',
			refuse('assistant-classes', {
				theirs: theirs.vocabSize,
				theirEnd: theirs.eosTokenIds.join(', ') || 'null',
				ours: ours.vocabSize,
				ourEnd: ours.eosTokenIds.join(', ') || 'null',
			}),
		);
	}
	const {ids} = assistant.prefix;
	if (ids.length !== prefix.ids.length || ids.some((id, i) => id !== prefix.ids[i])) {
		throw new EngineError('bad-parameter', refuse('assistant-prompt'));
	}
	return assistant;
}
