import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * A class loses `penalty` once when the continuation (not the prompt) has used it. OpenAI's definition:
 * https://platform.openai.com/docs/api-reference/completions, `presence_penalty`. It comes after the frequency
 * penalty.
 */
export function presencePenalty(penalty: number): LogitsProcessor {
	return {
		name: 'presencePenalty',
		value: String(penalty),
		apply(scores, {generated}) {
			for (const id of new Set(generated)) scores[id] -= penalty;
		},
	};
}
