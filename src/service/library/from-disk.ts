import {partOf} from '../../engine/checkpoint/byte-reader.ts';
import {EngineError} from '../../engine/errors/engine-error.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import {needsOf, partsOf} from './checkpoint-files.ts';
import {LibraryError} from './errors.ts';
import {ggufOf} from './gguf-parts.ts';
import {type InstallPlan, madeFile} from './install.ts';
import {unlessAborted} from './wait.ts';

/** A file that a person chose. */
export interface HandedFile {
	/** Its path in the chosen folder: `gpt2/config.json`. */
	path: string;
	size: number;
	stream(from: number): AsyncIterable<Uint8Array>;
}

/**
 * Plan the installation of a checkpoint from the disk, and what it takes of storage and memory, in bytes.
 * @throws EngineError `bad-model` naming the missing file.
 */
export async function diskPlan(
	name: string,
	handed: readonly HandedFile[],
	signal: AbortSignal,
): Promise<{plan: InstallPlan; stored: number; memory: number}> {
	// A person may have chosen a folder around the model's: the model is where its config is.
	const paths = handed.map(({path}) => path);
	const place =
		paths.filter(path => path.split('/').at(-1) === 'config.json').sort((a, b) => a.length - b.length)[0] ??
		ggufOf(paths);
	if (place === null) throw new EngineError('bad-model', refuse('folder-no-config', {count: handed.length}));
	const folder = place.slice(0, place.lastIndexOf('/') + 1);
	const files = new Map(
		handed.flatMap(file => (file.path.startsWith(folder) ? [[file.path.slice(folder.length), file] as const] : [])),
	);
	const sizes = new Map([...files].map(([path, {size}]) => [path, size]));
	const json = async (path: string) => {
		const text = await textOf(files.get(path)!, signal);
		try {
			return JSON.parse(text);
		} catch (cause) {
			throw new EngineError('bad-model', refuse('file-not-json', {file: path}), {cause});
		}
	};
	const part = (path: string, at: number, count: number) => partOf(bytesOf(files.get(path)!, at, signal), count);
	const parts = await partsOf(name, sizes, json, part);
	const {stored, memory} = needsOf(parts, sizes);
	return {
		stored,
		memory,
		plan: {
			id: `disk--${name.replace(/[^\w.-]+/g, '-').slice(0, 80)}@${Date.now().toString(36)}`,
			name,
			source: {kind: 'disk', name},
			licence: null,
			parts,
			files: [...parts.small, ...parts.weights].map(path => {
				const made = parts.made.get(path);
				if (made) return madeFile(path, made);
				const file = files.get(path)!;
				return {
					path,
					size: file.size,
					sha256: null,
					blobId: null,
					bytes: (from, {signal}) => bytesOf(file, from, signal),
				};
			}),
		},
	};
}

/** @throws LibraryError where the file is another one by now; the signal's reason, also where the disk does not answer. */
async function* bytesOf(file: HandedFile, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
	let at = from;
	try {
		const chunks = file.stream(from)[Symbol.asyncIterator]();
		for (;;) {
			const {done, value} = await unlessAborted(chunks.next(), signal);
			if (done) break;
			yield value;
			at += value.byteLength;
		}
	} catch (cause) {
		signal.throwIfAborted();
		throw new LibraryError('bad-request', refuse('file-changed', {file: file.path}), {cause});
	}
	if (at !== file.size) throw new LibraryError('bad-request', refuse('file-changed', {file: file.path}));
}

async function textOf(file: HandedFile, signal: AbortSignal): Promise<string> {
	const decoder = new TextDecoder();
	let text = '';
	for await (const chunk of bytesOf(file, 0, signal)) text += decoder.decode(chunk, {stream: true});
	return text + decoder.decode();
}
