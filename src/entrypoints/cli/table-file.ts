import {appendFileSync, closeSync, createReadStream, ftruncateSync, openSync, readSync, writeSync} from 'node:fs';
import type {Item} from '../../features/corpus/measure/items.ts';
import {DIGEST_LINE} from '../../features/corpus/measure/output.ts';
import type {Pair} from '../../features/corpus/measure/pairs.ts';
import type {Unit} from '../../features/corpus/measure/rows.ts';
import {isRowOf, pairIn} from '../../features/corpus/measure/written.ts';
import {cellsOf} from '../../ui/csv/row.ts';
import {UsageError} from './usage-error.ts';
import {wholeRows} from './whole-rows.ts';

/** Where the rows of a table go. */
export interface TableOut {
	/** How many items it has already. */
	readonly from: number;
	/** The pairs among them. */
	readonly pairs: readonly Pair[];
	write(text: string): void;
	close(): void;
}

/** What the file is to hold. */
export interface TableTask {
	items: readonly Item[];
	unit: Unit | 'pair';
	/** What it begins with: what it is measured with, and its columns. */
	head: string;
	/** A digest of the items up to each, the last of which the head has. */
	digests: readonly string[];
	/** Whether a file that is there is gone on with. */
	resume: boolean;
}

/**
 * A CSV file that grows by whole rows. One that is gone on with loses a row that was cut off, and the rows of its last item: whether these are
 * all is not known, so it is measured again.
 * @throws UsageError when it cannot be written, is there and not to be gone on with, or is of another table or other settings.
 */
export async function openTableFile(path: string, task: TableTask): Promise<TableOut> {
	const file = writing(path, () => openSync(path, task.resume ? 'a+' : 'ax+'));
	try {
		const found = await partOf(path, file, task);
		writing(path, () => {
			ftruncateSync(file, found.bytes);
			if (found.bytes === 0) appendFileSync(file, task.head);
			if (found.isGrown) overwrite(path, task.head);
		});
		return {
			from: found.from,
			pairs: found.pairs,
			write: text => writing(path, () => appendFileSync(file, text)),
			close: () => closeSync(file),
		};
	} catch (error) {
		closeSync(file);
		throw error;
	}
}

/** Put a head in place of one that is as long. */
function overwrite(path: string, head: string): void {
	const file = openSync(path, 'r+');
	writeSync(file, head, 0);
	closeSync(file);
}

/** The part of a file that stays: in bytes, in items, and their pairs. */
async function partOf(path: string, file: number, {items, unit, head, digests}: TableTask) {
	const whole = Buffer.from(head);
	const buffer = Buffer.alloc(whole.length);
	const begun = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0));
	const isSame = begun.equals(whole.subarray(0, begun.length));
	const [there, here] = [begun.toString(), head].map(text => text.replace(DIGEST_LINE, '# table'));
	if (!isSame && there !== here)
		throw new UsageError(`${path} was measured otherwise: ${difference(there, here)} Give --out another name.`);
	const found = {bytes: 0, from: 0, pairs: [] as Pair[], isGrown: false};
	if (begun.length < whole.length) return found;
	found.bytes = whole.length;
	const byRow = new Map(items.map((item, i) => [String(item.row), i]));
	let last = -1;
	let pair: Pair | null = null;
	for await (const {text, start} of wholeRows(createReadStream(path, {start: whole.length}))) {
		const cells = cellsOf(text);
		const at = byRow.get(cells[0]);
		if (at === undefined || at < last || !isRowOf(items[at], cells, unit))
			throw new UsageError(
				`${path} has rows of another table: row ${cells[0]} is not the same. Give --out another name.`,
			);
		if (at === last) continue;
		if (pair) found.pairs.push(pair);
		pair = unit === 'pair' ? pairIn(cells, items[at]) : null;
		last = at;
		found.bytes = whole.length + start;
		found.from = at;
	}
	// No row shows its context, nor what was left out: the digest does. Rows may have been added after all that it is of.
	const known = digests.indexOf(DIGEST_LINE.exec(begun.toString())?.[1] ?? '');
	if (known < last)
		throw new UsageError(
			`${path} was measured from another table: a text, its context or what else is read of it has changed, or rows have come before its end or gone. Give --out another name.`,
		);
	return {...found, isGrown: !isSame};
}

/** The first line in which two beginnings of a file differ, in words. */
function difference(there: string, here: string): string {
	const [old, now] = [there, here].map(text => text.split('\r\n'));
	const at = now.findIndex((line, i) => line !== old[i]);
	return `it has ${JSON.stringify((old[at] ?? '').slice(0, 200))}, and this run ${JSON.stringify(now[at])}.`;
}

/** @throws UsageError in place of the system's error. */
function writing<T>(path: string, work: () => T): T {
	try {
		return work();
	} catch (error) {
		const {code, message} = error as NodeJS.ErrnoException;
		throw new UsageError(
			code === 'EEXIST'
				? `The file ${path} is there already. Go on with it by --resume, or give --out another name.`
				: `The file ${path} cannot be written: ${message}`,
		);
	}
}
