import {refuse} from '../../../refusals/refusal.ts';
import {EngineError} from '../../errors.ts';
import {argmax} from '../../math.ts';
import type {ModelConfig} from '../../model/causal-lm.ts';
import type {RandomStream} from '../../random.ts';
import type {Decoding} from '../continuation.ts';
import {drawClass} from '../draw.ts';
import {createReader} from '../reader.ts';
import type {Drafter} from './drafter.ts';

/**
 * A smaller model drafts, with the same processors and warpers.
 * @param random draws the draft; null for greedy search.
 * @throws EngineError `bad-parameter` when there is no draft model, or it has other classes or read another prompt.
 */
export function assistantDrafter(decoding: Decoding, random: RandomStream | null): Drafter {
	const {prefix, config, pipeline, hooks} = decoding;
	const assistant = checkedAssistant(decoding);
	const reader = createReader(assistant.model, assistant.prefix, hooks.signal);
	const room = assistant.model.config.contextLength - prefix.ids.length;
	return {
		perRound: config.numAssistantTokens,
		get calls() {
			return reader.calls;
		},
		async draft(generated, most) {
			const ids: number[] = [];
			const scores: Float32Array[] = [];
			while (ids.length < Math.min(most, room - generated.length)) {
				const text = [...generated, ...ids];
				const [logits] = await reader.logitsAfter(text, 1);
				const processed = pipeline.run(logits, {prompt: prefix.ids, generated: text});
				scores.push(processed);
				ids.push(random ? drawClass(processed, random) : argmax(processed));
			}
			return {ids, scores};
		},
	};
}

/** Whether the same tokens end a text in both, in whatever order they are named. */
const haveSameEnds = ({eosTokenIds: a}: ModelConfig, {eosTokenIds: b}: ModelConfig) =>
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
