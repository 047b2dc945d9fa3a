import type {ClassRef} from '../../protocol/values/prompt.ts';
import type {ServedModel} from '../call.ts';
import {classIds} from '../prompts.ts';

/** What the effects of parts are measured by: the logit of a class, or how far it is above that of another. */
export interface Measure {
	readonly chosen: number;
	readonly against: number | null;
	/** Of logits, [V]. */
	of(logits: Float32Array): number;
}

/** @throws EngineError `bad-parameter` for what is no class. */
export function measureOf(model: ServedModel, asked: {chosen: ClassRef; against: ClassRef | null}): Measure {
	const [chosen] = classIds(model, [asked.chosen]);
	const against = asked.against === null ? null : classIds(model, [asked.against])[0];
	return {chosen, against, of: logits => logits[chosen] - (against === null ? 0 : logits[against])};
}

/** Its classes, as answers name them. */
export const measuredTokens = ({tokenizer}: ServedModel, {chosen, against}: Measure) => ({
	chosen: tokenizer.token(chosen),
	against: against === null ? null : tokenizer.token(against),
});
