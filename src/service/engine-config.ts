import type {GenerationConfig} from '../engine/generation/config.ts';
import type {Tokenizer} from '../engine/tokenizer/tokenizer.ts';
import type {Generation} from '../parameters/registry.ts';

/** The engine's parameters from a person's: banned words become the token ids of each word alone and after a space. */
export function engineConfig({badWords, ...rest}: Generation, tokenizer: Tokenizer): GenerationConfig {
	const spellings = badWords.flatMap(word => (/^\s/.test(word) ? [word] : [word, ` ${word}`]));
	return {...rest, badWordsIds: spellings.map(word => tokenizer.encode(word))};
}
