import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {Tokenizer} from '../../src/engine/tokenizer/tokenizer.ts';
import type {Prompt} from './contract.ts';

interface Encoder {
	encode(text: string): number[];
	decode(ids: readonly number[]): string;
}

/** A prompt and what the text goes on with. */
export interface Passage {
	prompt: Prompt;
	following: number[];
	/** The prompt with one more token, with two more and so on. */
	longer: Prompt[];
}

/**
 * Passages of one long text. No two begin alike, so that no engine finds anything of one in what it keeps of another; and all
 * are such that their text encodes to their ids, since some engines take nothing but text.
 */
export class Passages {
	#next = 0;

	constructor(
		private readonly ids: readonly number[],
		private readonly tokenizer: Encoder,
	) {}

	/** @throws Error where the text has none that is so long. */
	take(length: number, following: number, longer = 0): Passage {
		for (let tries = 0; tries < this.ids.length; tries++) {
			const start = this.#next++;
			const end = start + length;
			if (end + Math.max(following, longer) > this.ids.length) {
				this.#next = 0;
				continue;
			}

			const prompts = Array.from({length: longer + 1}, (_, more) => this.#prompt(start, end + more));
			if (!prompts.every(prompt => prompt !== null)) continue;
			const [prompt, ...others] = prompts;
			return {prompt, following: this.ids.slice(end, end + following), longer: others};
		}

		throw new Error(`The text has no passage of ${length} tokens that encodes to itself.`);
	}

	#prompt(start: number, end: number): Prompt | null {
		const ids = this.ids.slice(start, end);
		const text = this.tokenizer.decode(ids);
		const again = this.tokenizer.encode(text);
		return again.length === ids.length && again.every((id, i) => id === ids[i]) ? {ids, text} : null;
	}
}

/** The tokenizer of a model in a folder. */
export async function readTokenizer(folder: string): Promise<Tokenizer> {
	const json = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));
	return new Tokenizer(await json('tokenizer.json'), await json('tokenizer_config.json'));
}

/** The texts that the repository carries, cut into passages. */
export async function readPassages(tokenizer: Tokenizer): Promise<Passages> {
	const texts = new URL('../fixtures/texts/', import.meta.url);
	const names = (await readdir(texts)).filter(name => name.endsWith('.txt')).sort();
	const text = (await Promise.all(names.map(name => readFile(new URL(name, texts), 'utf8')))).join('\n\n');
	return new Passages(tokenizer.encode(text), tokenizer);
}
