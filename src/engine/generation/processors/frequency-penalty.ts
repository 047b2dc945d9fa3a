import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * A class loses `penalty` for every time the continuation (not the prompt) has used it. OpenAI's definition:
 * https://platform.openai.com/docs/api-reference/completions, `frequency_penalty`. Hugging Face has none; it comes
 * right after the repetition penalty, as in vLLM.
 */
export function frequencyPenalty(penalty: number): LogitsProcessor {
	return {
		name: 'frequencyPenalty',
		value: String(penalty),
		apply(scores, {generated}) {
			const counts = new Map<number, number>();
			for (const id of generated) counts.set(id, (counts.get(id) ?? 0) + 1);
			for (const [id, count] of counts) scores[id] -= penalty * count;
		},
	};
}
