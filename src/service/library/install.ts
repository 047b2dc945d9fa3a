import {createSHA256, type IHasher} from 'hash-wasm';
import * as v from 'valibot';
import {type ByteReader, byteReader, partOf} from '../../engine/checkpoint/byte-reader.ts';
import {readWords} from '../../engine/checkpoint/model-files.ts';
import {CheckpointPacker} from '../../engine/checkpoint/pack-checkpoint.ts';
import {hasPlaces, placesBefore, writePlaces} from '../../engine/checkpoint/places-before.ts';
import {STORED_WEIGHTS, storedLayout} from '../../engine/checkpoint/stored-weights.ts';
import {refuse} from '../../engine/errors/refusal.ts';
import {checkVocabulary} from '../../engine/open-model.ts';
import {Tokenizer} from '../../engine/tokenizer/tokenizer.ts';
import type {FetchedFile, ModelSource} from '../../protocol/values/models.ts';
import {type CheckpointParts, needsOf} from './checkpoint-files.ts';
import {gitBlobId, sha256} from './digests.ts';
import {LibraryError} from './errors.ts';
import {type Folder, type OpenFile, readStoredJson, writeJson} from './folder.ts';
import type {Retrying} from './hub.ts';
import {modelPath, removeModel, seal} from './manifest.ts';

/** Turns the files of a checkpoint into a stored model, byte by byte as they come, and can be taken up where it was cut. */

interface SourceFile {
	path: string;
	size: number;
	/** The checksum that it must have; null where the source gives none. */
	sha256: string | null;
	blobId: string | null;
	bytes(from: number, retrying: Retrying): AsyncGenerator<Uint8Array>;
}

/** A file that is not fetched. */
export const madeFile = (path: string, bytes: Uint8Array): SourceFile => ({
	path,
	size: bytes.byteLength,
	sha256: null,
	blobId: null,
	async *bytes() {
		yield bytes;
	},
});

export interface InstallPlan {
	id: string;
	name: string;
	source: ModelSource;
	licence: string | null;
	parts: CheckpointParts;
	/** All of `parts`. */
	files: readonly SourceFile[];
}

interface Hooks extends Retrying {
	/** Bytes that have been read of all files. */
	onProgress(done: number): void;
}

/** After this many bytes the place is written down from which a file can be read on. */
const BYTES_BETWEEN_SAVES = 16e6;

/** How far an earlier run came; everything in it is checked again by the checksums in the end. */
const Progress = v.object({
	/** Files that have been read to their end. */
	finished: v.array(v.object({path: v.string(), size: v.number(), sha256: v.string()})),
	/** The file that is being read: from where it can be read on, the checksum so far, the safetensors header. */
	current: v.nullable(
		v.object({path: v.string(), position: v.number(), hash: v.string(), header: v.nullable(v.string())}),
	),
});
type Progress = v.InferOutput<typeof Progress>;

const progressPath = (id: string) => `downloads/${id}/progress.json`;

/** Bytes of a plan that an earlier run has read. */
export async function bytesDone(folder: Folder, id: string): Promise<number> {
	return bytesIn(await readProgress(folder, id));
}

const bytesIn = ({finished, current}: Progress) =>
	finished.reduce((sum, {size}) => sum + size, 0) + (current?.position ?? 0);

/**
 * Fetch and check the files of a model, and write them in the form in which they are kept. They are no model yet.
 * @throws EngineError `bad-model` where it cannot be opened; LibraryError; the signal's reason. What was read stays, and a
 * later call goes on from there, unless it was found to be wrong.
 */
export async function fetchFiles(folder: Folder, plan: InstallPlan, hooks: Hooks): Promise<void> {
	const {signal, onProgress} = hooks;
	const path = modelPath(plan.id);
	const progress = await readProgress(folder, plan.id);
	// Nothing is written into the files of a model: what is begun anew is begun in an empty folder.
	if (bytesIn(progress) === 0) await removeModel(folder, plan.id);
	const saveProgress = () => writeJson(folder, progressPath(plan.id), progress);
	const isFinished = (file: SourceFile) =>
		progress.finished.some(({path, size}) => path === file.path && size === file.size);
	const before = () => bytesIn({...progress, current: null});
	const finish = async (file: FetchedFile) => {
		progress.finished.push(file);
		progress.current = null;
		await saveProgress();
		onProgress(before());
	};
	const fileOf = (name: string) => plan.files.find(({path}) => path === name)!;

	onProgress(bytesIn(progress));
	for (const name of plan.parts.small) {
		const file = fileOf(name);
		if (isFinished(file)) continue;
		const bytes = await byteReader(file.bytes(0, hooks)).take(file.size);
		signal.throwIfAborted();
		await checkFile(file, bytes);
		await folder.write(`${path}/${name}`, bytes);
		await finish({path: name, size: file.size, sha256: await sha256(bytes)});
	}

	// Everything that can be refused is refused before the weights are fetched.
	const read = (name: string) => folder.read(`${path}/${name}`);
	const {declaration, shape} = plan.parts;
	const words = await readWords(read);
	const tokenizer = new Tokenizer(words.tokenizer, words.tokenizerConfig, {classes: shape.vocabSize});
	// An export may have classes beyond its tokenizer's, as padding.
	if (declaration || tokenizer.size > shape.vocabSize) checkVocabulary(tokenizer, shape);
	// What comes as vocab.json and merges.txt stays so, and so does an export.
	if (declaration && plan.parts.small.includes('tokenizer.json'))
		await writeJson(folder, `${path}/tokenizer.json`, tokenizer.kept(words.tokenizer));

	const weights = {...hooks, saveProgress, onProgress: (position: number) => onProgress(before() + position)};
	const unfinished = plan.parts.weights.map(fileOf).filter(file => !isFinished(file));
	if (declaration && unfinished.length > 0) {
		await writing(folder, `${path}/${STORED_WEIGHTS}`, async target => {
			const {head, weights: layout} = storedLayout(declaration.program.tensors);
			await target.write(head, 0);
			const packer = new CheckpointPacker(declaration, layout, {
				write: (bytes, at) => target.write(bytes, head.length + at),
			});
			for (const file of unfinished)
				await finish(
					await checkedFile(file, progress, target, weights, packed(file, packer, plan.parts.tensors, hooks)),
				);
		});
	} else {
		for (const file of unfinished)
			await writing(folder, `${path}/${file.path}`, async target =>
				finish(await checkedFile(file, progress, target, weights, copied(file, target))),
			);
	}
}

/** Make a model of the files that were fetched. @throws LibraryError where one of them has gone. */
export async function sealFiles(folder: Folder, plan: InstallPlan): Promise<void> {
	const {id, name, source, licence, parts, files} = plan;
	const {stored: _, ...needs} = needsOf(parts, new Map(files.map(({path, size}) => [path, size])));
	const {finished: downloaded} = await readProgress(folder, id);
	const kept = [...parts.small, ...(parts.declaration ? [STORED_WEIGHTS] : parts.weights)];
	await seal(folder, {id, name, source, date: new Date().toISOString(), ...needs, licence, downloaded}, kept);
}

async function writing(folder: Folder, path: string, write: (target: OpenFile) => Promise<void>): Promise<void> {
	const target = await folder.open(path);
	try {
		await write(target);
	} finally {
		await target.close();
	}
}

/** Writes a file's bytes in the stored form; reports positions from which it can be resumed. */
type Keep = (
	reader: ByteReader,
	header: Uint8Array | undefined,
	hooks: {onHeader(header: Uint8Array): void; onBlock(position: number): Promise<void>},
) => Promise<void>;

const packed =
	(file: SourceFile, packer: CheckpointPacker, tensors: readonly string[] | undefined, retrying: Retrying): Keep =>
	async (reader, earlier, hooks) => {
		const {path, size} = file;
		const header = earlier ?? (hasPlaces(path) ? await placesOf(file, retrying) : undefined);
		if (header && !earlier) hooks.onHeader(header);
		await packer.file({name: path, size, reader, header}, tensors, hooks);
	};

/** Where the tensors of a file are that does not say so in the order of its bytes. */
async function placesOf(file: SourceFile, retrying: Retrying): Promise<Uint8Array> {
	const part = (at: number, count: number) => partOf(file.bytes(at, retrying), count);
	return writePlaces(await placesBefore(part, file.size, file.path));
}

const COPIED_BYTES = 2 ** 20;
const copied =
	({size}: SourceFile, target: OpenFile): Keep =>
	async (reader, _header, {onBlock}) => {
		while (reader.position < size) {
			const at = reader.position;
			await target.write(await reader.take(Math.min(COPIED_BYTES, size - at)), at);
			await onBlock(reader.position);
		}
	};

/**
 * Read a large file and check its checksum.
 * @throws LibraryError where it is wrong; nothing of it is then kept. Whatever else happens, the next run goes on after the
 * last block that was written.
 */
async function checkedFile(
	file: SourceFile,
	progress: Progress,
	target: OpenFile,
	{saveProgress, onProgress, ...retrying}: Hooks & {saveProgress(): Promise<void>},
	keep: Keep,
): Promise<FetchedFile> {
	const hash = await createSHA256();
	const resumed = progress.current?.path === file.path && loaded(hash, progress.current.hash) ? progress.current : null;
	if (!resumed) hash.init();
	const current = {path: file.path, position: 0, hash: '', header: null as string | null, ...resumed};
	progress.current = current;
	let written: {position: number; hash: Uint8Array} = {position: current.position, hash: new Uint8Array(0)};
	const save = async () => {
		if (written.position === current.position) return;
		await target.flush();
		current.position = written.position;
		current.hash = toBase64(written.hash);
		await saveProgress();
	};
	const bytes = file.bytes(current.position, retrying);
	const reader = byteReader(bytes, current.position, taken => {
		hash.update(taken);
		onProgress(reader.position + taken.byteLength);
	});
	try {
		await keep(reader, current.header === null || current.position === 0 ? undefined : fromBase64(current.header), {
			onHeader(header) {
				current.header = toBase64(header);
			},
			async onBlock(position) {
				written = {position, hash: hash.save()};
				retrying.signal.throwIfAborted();
				if (position - current.position >= BYTES_BETWEEN_SAVES) await save();
			},
		});
	} catch (error) {
		await save().catch(() => {});
		throw error;
	} finally {
		// Where the reader stopped early, the connection ends with it.
		bytes.return(undefined).catch(() => {});
	}
	const sha256 = hash.digest('hex');
	if (file.sha256 !== null && sha256 !== file.sha256) {
		progress.current = null;
		await saveProgress();
		throw wrongChecksum(file);
	}
	await target.flush();
	return {path: file.path, size: file.size, sha256};
}

/** Takes up a checksum; false where another version wrote down how far it was, and its file must be begun anew. */
function loaded(hash: IHasher, saved: string): boolean {
	try {
		hash.load(fromBase64(saved));
		return true;
	} catch {
		return false;
	}
}

async function checkFile(file: SourceFile, bytes: Uint8Array): Promise<void> {
	if (file.sha256 !== null && (await sha256(bytes)) !== file.sha256) throw wrongChecksum(file);
	if (file.blobId !== null && (await gitBlobId(bytes)) !== file.blobId) throw wrongChecksum(file);
}

const wrongChecksum = ({path}: SourceFile) => new LibraryError('hub', refuse('hub-checksum', {file: path}));

async function readProgress(folder: Folder, id: string): Promise<Progress> {
	const parsed = v.safeParse(Progress, await readStoredJson(folder, progressPath(id)));
	return parsed.success ? parsed.output : {finished: [], current: null};
}

const toBase64 = (bytes: Uint8Array) => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
const fromBase64 = (text: string) => Uint8Array.from(atob(text), char => char.charCodeAt(0));
