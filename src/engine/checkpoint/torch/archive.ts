import {refuse} from '../../errors/refusal.ts';
import {brokenFile, type ReadPart} from '../safetensors-header.ts';

/** The zip that PyTorch writes since version 1.6: nothing is compressed, and data begins at multiples of 64. */

/** A file in the archive. */
export interface ArchiveEntry {
	name: string;
	/** Where its own header is. */
	at: number;
	/** Where its bytes are: [begin, end). */
	begin: number;
	end: number;
}

const ALIGNMENT = 64;
const LOCAL = 0x0403_4b50;
const CENTRAL = 0x0201_4b50;
const END = 0x0605_4b50;
const LOCATOR = 0x0706_4b50;
const END_64 = 0x0606_4b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const END_64_BYTES = 56;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
/** In a field of 32 bits: the number is elsewhere, in 64. */
const ELSEWHERE = 0xffff_ffff;
/** The directory of a model takes some kilobytes. */
const MAX_DIRECTORY = 16 * 2 ** 20;

const viewOf = ({buffer, byteOffset, byteLength}: Uint8Array) => new DataView(buffer, byteOffset, byteLength);
const wide = (view: DataView, at: number) => Number(view.getBigUint64(at, true));

/** The files of an archive by name. @throws EngineError `bad-model`. */
export async function readArchive(read: ReadPart, size: number, file: string): Promise<Map<string, ArchiveEntry>> {
	const noZip = () => brokenFile(refuse('torch-no-zip', {file}));
	const first = viewOf(await read(0, Math.min(4, size)));
	// Before 1.6: pickles one after the other, and the bytes behind them.
	if (first.byteLength === 4 && first.getUint8(0) === 0x80) throw brokenFile(refuse('torch-old', {file}));
	if (size < END_BYTES || first.getUint32(0, true) !== LOCAL) throw noZip();
	if (size >= ELSEWHERE) throw brokenFile(refuse('torch-large', {file, bytes: size, most: ELSEWHERE - 1}));

	const {at, length, count} = await directoryOf(read, size, noZip);
	if (length > MAX_DIRECTORY) throw brokenFile(refuse('torch-large', {file, bytes: length, most: MAX_DIRECTORY}));
	if (at + length > size - END_BYTES) throw noZip();
	const entries = parseDirectory(await read(at, length), count, file, noZip).sort((a, b) => a.at - b.at);
	for (const [i, {name, begin, end}] of entries.entries()) {
		const limit = entries[i + 1]?.at ?? at;
		if (begin > end || end > limit) throw brokenFile(refuse('torch-place', {file, entry: name}));
	}
	const byName = new Map(entries.map(entry => [entry.name, entry]));
	if (byName.size < entries.length) throw noZip();
	return byName;
}

async function directoryOf(read: ReadPart, size: number, noZip: () => Error) {
	const tail = await read(Math.max(0, size - END_BYTES - LOCATOR_BYTES), Math.min(size, END_BYTES + LOCATOR_BYTES));
	const view = viewOf(tail);
	const end = tail.byteLength - END_BYTES;
	// Nothing follows it: a comment could hide another directory.
	if (view.getUint32(end, true) !== END || view.getUint16(end + 20, true) !== 0) throw noZip();
	if (end < LOCATOR_BYTES || view.getUint32(0, true) !== LOCATOR) {
		const [count, length, at] = [view.getUint16(end + 10, true), view.getUint32(end + 12, true)].concat(
			view.getUint32(end + 16, true),
		);
		return {at, length, count};
	}
	const at64 = wide(view, 8);
	if (at64 > size - END_BYTES - LOCATOR_BYTES - END_64_BYTES) throw noZip();
	const large = viewOf(await read(at64, END_64_BYTES));
	if (large.getUint32(0, true) !== END_64) throw noZip();
	return {count: wide(large, 32), length: wide(large, 40), at: wide(large, 48)};
}

function parseDirectory(bytes: Uint8Array, count: number, file: string, noZip: () => Error): ArchiveEntry[] {
	const view = viewOf(bytes);
	const entries: ArchiveEntry[] = [];
	let at = 0;
	while (at < bytes.byteLength) {
		if (at + CENTRAL_BYTES > bytes.byteLength || view.getUint32(at, true) !== CENTRAL) throw noZip();
		const [nameLength, extraLength, commentLength] = [28, 30, 32].map(field => view.getUint16(at + field, true));
		const next = at + CENTRAL_BYTES + nameLength + extraLength + commentLength;
		if (next > bytes.byteLength) throw noZip();
		const nameEnd = at + CENTRAL_BYTES + nameLength;
		const name = new TextDecoder().decode(bytes.subarray(at + CENTRAL_BYTES, nameEnd));
		const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
		const fields = [24, 20, 42].map(field => view.getUint32(at + field, true));
		const [length, packed, offset] = widened(fields, bytes.subarray(nameEnd, nameEnd + extraLength));
		if ((flags & 1) !== 0 || method !== 0 || length !== packed)
			throw brokenFile(refuse('torch-compressed', {file, entry: name}));
		// Its header, its name, and what fills up to where data may begin: that itself takes 4 bytes.
		const begin = Math.ceil((offset + LOCAL_BYTES + nameLength + 4) / ALIGNMENT) * ALIGNMENT;
		entries.push({name, at: offset, begin, end: begin + length});
		at = next;
	}
	if (entries.length !== count) throw noZip();
	return entries;
}

/** The numbers of an entry, those that do not fit into 32 bits from its extra fields. */
function widened(fields: readonly number[], extra: Uint8Array): number[] {
	const view = viewOf(extra);
	let at = 0;
	while (at + 4 <= extra.byteLength && view.getUint16(at, true) !== 1) at += 4 + view.getUint16(at + 2, true);
	at += 4;
	return fields.map(field => {
		if (field !== ELSEWHERE) return field;
		if (at + 8 > extra.byteLength) return Number.POSITIVE_INFINITY;
		at += 8;
		return wide(view, at - 8);
	});
}

/**
 * Check an entry's own header against the directory.
 * @param bytes from the header to the data.
 * @throws EngineError `bad-model` where they differ.
 */
export function checkLocal(bytes: Uint8Array, entry: string, file: string): void {
	const view = viewOf(bytes);
	const isHeader =
		bytes.byteLength >= LOCAL_BYTES && view.getUint32(0, true) === LOCAL && view.getUint16(8, true) === 0;
	const nameLength = isHeader ? view.getUint16(26, true) : 0;
	const name = new TextDecoder().decode(bytes.subarray(LOCAL_BYTES, LOCAL_BYTES + nameLength));
	const isWhole = isHeader && LOCAL_BYTES + nameLength + view.getUint16(28, true) === bytes.byteLength;
	if (!isWhole || name !== entry) throw brokenFile(refuse('torch-place', {file, entry}));
}

/** A whole file of the archive, which must be small. @throws EngineError `bad-model`. */
export async function readEntry(read: ReadPart, {name, at, begin, end}: ArchiveEntry, most: number, file: string) {
	if (end - begin > most) throw brokenFile(refuse('torch-large', {file, bytes: end - begin, most}));
	const bytes = await read(at, end - at);
	checkLocal(bytes.subarray(0, begin - at), name, file);
	return bytes.subarray(begin - at);
}
