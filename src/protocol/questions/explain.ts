import * as v from 'valibot';
import type {ExplainedStage} from '../../engine/generation/explain.ts';
import {Generation} from '../values/generation.ts';
import {ClassRef, MAX_TOKENS, Prompt, type Token} from '../values/prompt.ts';
import type {LikelyClass} from '../values/token.ts';

/** Why was `chosen` the class after the prompt and the tokens `generated` before it? */
export const ExplainParams = v.object({
	prompt: Prompt,
	generation: Generation,
	generated: v.pipe(v.array(ClassRef), v.maxLength(MAX_TOKENS)),
	chosen: ClassRef,
});

/** The distribution after one processor or warper. */
export interface ExplainStage extends Omit<ExplainedStage, 'removed' | 'top'> {
	removed: LikelyClass[];
	top: LikelyClass[];
}
/** The way from the model's own distribution, which comes first, to the one that the class was chosen from. */
export interface ExplainAnswer {
	chosen: Token;
	stages: ExplainStage[];
}
