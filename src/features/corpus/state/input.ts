import {batch, computed, effect, type ReadonlySignal, type Signal, signal} from '@preact/signals';
import {type Refusal, refuse, technical} from '../../../engine/errors/refusal.ts';
import {MAX_TABLE_BYTES, type Table, TableError} from '../../../ui/csv/table.ts';
import type {ReadTable} from '../read/reader.ts';
import type {Form} from './form.ts';

/** The table that comes in: typed, pasted, or of a file. */
export interface Input {
	/** The file's name; null while the field's text is read. */
	readonly file: ReadonlySignal<string | null>;
	/** What has been read; null before, and where it could not be. */
	readonly table: ReadonlySignal<Table | null>;
	/** Why it could not be read. */
	readonly refusals: ReadonlySignal<readonly Refusal[]>;
	/** The share that has been read; null while nothing is read. */
	readonly reading: ReadonlySignal<number | null>;
	/** Whether `table` is not yet that of what stands in the field, or of the file that was opened last. */
	readonly isBehind: ReadonlySignal<boolean>;
	/** Read a file in place of the field. Never rejects. */
	open(file: Pick<File, 'name' | 'size' | 'arrayBuffer'>): Promise<void>;
	/** Put the file away: the field counts again. */
	putAway(): void;
	dispose(): void;
}

/** Milliseconds that typing must pause. */
const PAUSE = 300;

/** What a table is read from: the file, where there is one, and otherwise the text. */
interface Source {
	kind: Form['kind'];
	text: string;
	header: Form['header'];
	file: {name: string; bytes: Uint8Array} | null;
}

/** Reads what the form's field holds, or a file, whenever either changes. */
export function createInput(form: Signal<Form>, read: ReadTable, pause = PAUSE): Input {
	const file = signal<Source['file']>(null);
	const table = signal<Table | null>(null);
	const refusals = signal<readonly Refusal[]>([]);
	const reading = signal<number | null>(null);
	/** The file whose bytes are not here yet. */
	const opening = signal<object | null>(null);
	// The rest of the form changes nothing here.
	const kind = computed(() => form.value.kind);
	const text = computed(() => form.value.text);
	const header = computed(() => form.value.header);
	const source = computed((): Source => ({kind: kind.value, text: text.value, header: header.value, file: file.value}));
	/** What the table, or the refusals, are of. */
	const settled = signal<Source | null>(null);
	/** Only the last one counts of what is read. */
	let asked = 0;
	/** The file that was read last, and the columns that choices were made among. */
	let last: {file: Source['file']; columns: string} | null = null;

	const settle = (of: Source, found: Table | null, why: readonly Refusal[]) =>
		batch(() => {
			settled.value = of;
			if (found) {
				const columns = JSON.stringify(found.columns);
				// A choice is of the columns that it was made among, not of others that have the same names by chance.
				const isOther = of.file !== null && of.file !== last?.file && columns !== last?.columns;
				if (isOther && found.kind !== 'lines') form.value = {...form.peek(), columns: {}};
				last = {file: of.file, columns};
			}
			table.value = found;
			refusals.value = why;
			reading.value = null;
		});

	async function readNow(of: Source, bytes: Uint8Array): Promise<void> {
		const mine = asked;
		reading.value = 0;
		try {
			const tell = (share: number) => {
				if (mine === asked) reading.value = share;
			};
			const found = await read(bytes, of.kind === 'lines' ? 'lines' : 'auto', tell, of.header);
			if (mine === asked) settle(of, found, []);
		} catch (error) {
			if (mine === asked) settle(of, null, error instanceof TableError ? error.refusals : [technical(error)]);
		}
	}

	const stop = effect(() => {
		const [now, isOpening] = [source.value, opening.value !== null];
		asked++;
		if (isOpening || settled.peek() === now) return;
		if (!now.file && now.text.trim() === '') {
			settle(now, null, []);
			return;
		}
		const bytes = now.file?.bytes ?? new TextEncoder().encode(now.text);
		const timer = setTimeout(() => void readNow(now, bytes), now.file ? 0 : pause);
		return () => clearTimeout(timer);
	});

	return {
		file: computed(() => file.value?.name ?? null),
		table,
		refusals,
		reading,
		isBehind: computed(() => opening.value !== null || settled.value !== source.value),
		async open(chosen) {
			opening.value = chosen;
			// One that is too large is not even read.
			const isLarge = chosen.size > MAX_TABLE_BYTES;
			const why = isLarge && refuse('table-large', {bytes: chosen.size, most: MAX_TABLE_BYTES});
			const bytes = why || (await chosen.arrayBuffer().catch(technical));
			if (opening.peek() !== chosen) return;
			batch(() => {
				opening.value = null;
				if (!(bytes instanceof ArrayBuffer)) return settle(source.peek(), null, [bytes]);
				file.value = {name: chosen.name, bytes: new Uint8Array(bytes)};
				form.value = {...form.peek(), kind: /\.txt$/i.test(chosen.name) ? 'lines' : 'table', header: undefined};
			});
		},
		putAway() {
			batch(() => {
				opening.value = null;
				file.value = null;
			});
		},
		dispose: stop,
	};
}
