import {readFile} from 'node:fs/promises';
import type {Flags} from './flags.ts';
import {UsageError} from './usage-error.ts';

/** The text that the flags give. @throws UsageError when they give no text, or two. */
export async function readText({text, file}: Pick<Flags, 'text' | 'file'>): Promise<string> {
	if (text !== undefined && file !== undefined) throw new UsageError('Give either --text or --file, not both.');
	if (text !== undefined) return text;
	if (file === undefined) throw new UsageError('Give the text with --text or --file. An empty one is --text "".');
	return readTextFile(file);
}

/** @throws UsageError naming the file. */
export const readTextFile = async (file: string): Promise<string> => new TextDecoder().decode(await readBytes(file));

/** @throws UsageError naming the file. */
export async function readBytes(file: string): Promise<Uint8Array> {
	try {
		return await readFile(file);
	} catch (error) {
		throw new UsageError(`The file ${file} cannot be read: ${(error as Error).message}`);
	}
}
