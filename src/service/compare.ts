import {rankOf, softmax, topClasses} from '../engine/math.ts';
import type {CompareAnswer, Params} from '../protocol/engine.ts';
import {type Call, promptRun} from './call.ts';
import {promptTokens} from './prompts.ts';

/** What a change of the prompt changes in the model's own distribution. */
export async function answerCompare(
	{prompts, limit}: Params<'compare'>,
	call: Call<'compare'>,
): Promise<CompareAnswer> {
	const {tokenizer, lm} = call.model;
	const classify = async (prompt: (typeof prompts)[number]) => {
		const {logits} = await lm.prefill(promptTokens(call.model, prompt).ids, promptRun(call));
		return {logits, probabilities: softmax(logits)};
	};
	const before = await classify(prompts[0]);
	const after = await classify(prompts[1]);

	const differences = before.probabilities.map((probability, id) => Math.abs(after.probabilities[id] - probability));
	const compared = (id: number) => ({
		...tokenizer.token(id),
		standings: [standing(before, id), standing(after, id)] satisfies [unknown, unknown],
	});
	return {
		changes: Array.from(topClasses(differences, limit), compared),
		first: [
			Array.from(topClasses(before.logits, limit), compared),
			Array.from(topClasses(after.logits, limit), compared),
		],
		moved: Math.min(1, differences.reduce((sum, difference) => sum + difference, 0) / 2),
	};
}

const standing = ({logits, probabilities}: {logits: Float32Array; probabilities: Float32Array}, id: number) => ({
	rank: rankOf(logits, id),
	probability: probabilities[id],
});
