import {batch, computed, effect, type ReadonlySignal, type Signal, signal} from '@preact/signals';
import {MAX_TABLE_BYTES, type Table, TableError} from '../../csv/table.ts';
import {type Refusal, refuse, technical} from '../../refusals/refusal.ts';
import type {ReadTable} from '../read/reader.ts';
import type {Form} from './form.ts';

/** A table, and what it was read as. */
export interface InTable extends Table {
	kind: Form['kind'];
}

/** The table that comes in: typed, pasted, or of a file. */
export interface Input {
	/** The file's name; null while the field's text is read. */
	readonly file: ReadonlySignal<string | null>;
	/** What has been read; null before, and where it could not be. */
	readonly table: ReadonlySignal<InTable | null>;
	/** Why it could not be read. */
	readonly refusals: ReadonlySignal<readonly Refusal[]>;
	/** The share that has been read; null while nothing is read. */
	readonly reading: ReadonlySignal<number | null>;
	/** Read a file in place of the field. Never rejects. */
	open(file: Pick<File, 'name' | 'size' | 'arrayBuffer'>): Promise<void>;
	/** Put the file away: the field counts again. */
	putAway(): void;
	dispose(): void;
}

/** Milliseconds that typing must pause. */
const PAUSE = 300;

/** Reads what the form's field holds, or a file, whenever either changes. */
export function createInput(form: Signal<Form>, read: ReadTable, pause = PAUSE): Input {
	const file = signal<{name: string; bytes: Uint8Array} | null>(null);
	const table = signal<InTable | null>(null);
	const refusals = signal<readonly Refusal[]>([]);
	const reading = signal<number | null>(null);
	/** Only the last one counts of what is read. */
	let asked = 0;

	const settle = (found: InTable | null, why: readonly Refusal[]) =>
		batch(() => {
			table.value = found;
			refusals.value = why;
			reading.value = null;
		});

	async function readNow(bytes: Uint8Array, kind: Form['kind']): Promise<void> {
		const mine = ++asked;
		reading.value = 0;
		try {
			const found = await read(bytes, kind === 'lines' ? 'lines' : 'auto', share => {
				if (mine === asked) reading.value = share;
			});
			if (mine === asked) settle({...found, kind}, []);
		} catch (error) {
			if (mine === asked) settle(null, error instanceof TableError ? error.refusals : [technical(error)]);
		}
	}

	// The rest of the form changes nothing here.
	const kind = computed(() => form.value.kind);
	const text = computed(() => form.value.text);
	const stop = effect(() => {
		const [as, written, opened] = [kind.value, text.value, file.value];
		if (!opened && written.trim() === '') {
			asked++;
			settle(null, []);
			return;
		}
		const bytes = opened?.bytes ?? new TextEncoder().encode(written);
		const timer = setTimeout(() => void readNow(bytes, as), opened ? 0 : pause);
		return () => clearTimeout(timer);
	});

	return {
		file: computed(() => file.value?.name ?? null),
		table,
		refusals,
		reading,
		async open(chosen) {
			const mine = ++asked;
			// One that is too large is not even read.
			const isLarge = chosen.size > MAX_TABLE_BYTES;
			const why = isLarge && refuse('table-large', {bytes: chosen.size, most: MAX_TABLE_BYTES});
			const bytes = why || (await chosen.arrayBuffer().catch(technical));
			if (mine !== asked) return;
			if (!(bytes instanceof ArrayBuffer)) return settle(null, [bytes]);
			batch(() => {
				file.value = {name: chosen.name, bytes: new Uint8Array(bytes)};
				form.value = {...form.peek(), kind: /\.txt$/i.test(chosen.name) ? 'lines' : 'table'};
			});
		},
		putAway() {
			file.value = null;
		},
		dispose: stop,
	};
}
