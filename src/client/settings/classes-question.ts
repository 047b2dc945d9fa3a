import {type Generation, generationOf} from '../../engine/parameters/registry.ts';
import type {Params} from '../../protocol/questions.ts';
import type {Prompt} from '../../protocol/values/prompt.ts';
import type {Settings} from './settings.ts';

/** The seed where it changes the distribution, and not only what is drawn from it: otherwise the question stays the same. */
const seedOf = ({xtcProbability, seed}: Generation) => (xtcProbability > 0 ? seed : 0);

/** The popup's question about a prompt, which the service worker asks ahead of it in the same words. */
export const classesQuestion = (prompt: Prompt, settings: Settings): Params<'classes'> => ({
	prompt,
	generation: {...generationOf(settings), seed: seedOf(settings)},
	limit: settings.classesListed,
});
