import type {Output} from './form.ts';
import type {Results} from './results.ts';

/** The part of a file's handle that is used; a file in the origin's own storage has the same. */
export interface FileHandle {
	readonly name: string;
	createWritable(options?: {keepExistingData?: boolean}): Promise<FileWriting>;
}
interface FileWriting {
	write(data: string): Promise<void>;
	seek(position: number): Promise<void>;
	close(): Promise<void>;
}

/** A file that grows with the results. */
export interface GrowingFile {
	readonly name: string;
	readonly output: Output;
	/**
	 * Write the rows of what has been measured since the last time.
	 * @param isEnd whether the file must be whole after this: what was written before is then safe on the disk.
	 * @throws DOMException of the browser when it cannot be written; a later call tries again from the beginning.
	 */
	update(results: Results, isEnd: boolean): Promise<void>;
}

/** Results between two times at which the file is made whole: what a page that is closed in between would lose. */
const SAFE_EVERY = 1000;

/** Bytes of a text in UTF-8. */
const size = (text: string) => new TextEncoder().encode(text).byteLength;

export function growingFile(handle: FileHandle, output: Output): GrowingFile {
	let writing: FileWriting | null = null;
	let bytes = 0;
	let written = 0;
	let safe = 0;
	/** What the file is of: items of which other things are said, conditions for instance, are other results. */
	let of: Results | null = null;
	/** How many models the header names. */
	let models = 0;
	let last: Promise<void> = Promise.resolve();

	async function write(results: Results, isEnd: boolean): Promise<void> {
		if (results.length === 0) return;
		// Where another model has gone on, the header that is there does not name it.
		const isNew = of !== results || models !== results.models.length;
		if (isNew) {
			await writing?.close();
			writing = await handle.createWritable();
			of = results;
			models = results.models.length;
			written = 0;
			bytes = 0;
		} else if (!writing) {
			writing = await handle.createWritable({keepExistingData: true});
			await writing.seek(bytes);
		}
		const to = results.length;
		const text = (isNew ? results.head(output) : '') + results.lines(output, written, to);
		await writing.write(text);
		bytes += size(text);
		written = to;
		if (!isEnd && written - safe < SAFE_EVERY) return;
		const whole = writing;
		writing = null;
		safe = written;
		await whole.close();
	}

	return {
		name: handle.name,
		output,
		update(results, isEnd) {
			const mine = last.then(() => write(results, isEnd));
			last = mine.catch(() => {
				writing = null;
				models = 0;
			});
			return mine;
		},
	};
}

/** Results whose lines are made at once, before the page may answer again. */
const AT_ONCE = 100;

/** The whole table as a file, made in parts so that the page goes on answering. */
export async function tableBlob(results: Results, output: Output): Promise<Blob> {
	const parts: Blob[] = [new Blob([results.head(output)])];
	for (let from = 0; from < results.length; from += AT_ONCE) {
		// A blob is the browser's to keep: not all of the table is in the page's memory.
		parts.push(new Blob([results.lines(output, from, Math.min(results.length, from + AT_ONCE))]));
		await new Promise(resolve => setTimeout(resolve));
	}
	return new Blob(parts, {type: 'text/csv'});
}

type SavePicker = (options: {
	suggestedName: string;
	types: {accept: Record<string, string[]>}[];
}) => Promise<FileHandle>;

/** The browser's own dialog for a file to write into; null where it has none. */
export const savePicker = (): SavePicker | null =>
	(globalThis as unknown as {showSaveFilePicker?: SavePicker}).showSaveFilePicker?.bind(globalThis) ?? null;

/**
 * Let the person choose a file to write into. @returns null when they have thought better of it.
 * @throws DOMException when the browser has no such dialog now.
 */
export async function chooseFile(suggestedName: string): Promise<FileHandle | null> {
	try {
		return (await savePicker()?.({suggestedName, types: [{accept: {'text/csv': ['.csv']}}]})) ?? null;
	} catch (error) {
		if (error instanceof DOMException && error.name === 'AbortError') return null;
		throw error;
	}
}
