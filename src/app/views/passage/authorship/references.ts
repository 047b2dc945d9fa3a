/** The texts that a passage is compared with: `scripts/references.ts` made them. */
export interface References {
	/** The model that generated. */
	model: string;
	/** Characters of a human text that were continued, and how many tokens by. */
	beginning: number;
	tokens: number;
	settings: readonly {temperature: number; topK: number; topP: number}[];
	human: readonly {source: string; licence: string; text: string}[];
	/** `of`: which human text's beginning was continued; `settings`: with which ones. */
	generated: readonly {of: number; settings: number; seed: number; text: string}[];
}

/** They are loaded when somebody asks. */
export const loadReferences = async (): Promise<References> => (await import('./references.json')).default;
