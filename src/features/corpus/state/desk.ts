import {batch, computed, effect, type ReadonlySignal, type Signal, signal, untracked} from '@preact/signals';
import {createQuery, type Engine} from '../../../client/query.ts';
import {type Refusal, technical} from '../../../engine/errors/refusal.ts';
import type {ModelInfo} from '../../../protocol/questions/model.ts';
import {TableError} from '../../../ui/csv/table.ts';
import type {Item, Items} from '../measure/items.ts';
import type {ReadTable} from '../read/reader.ts';
import {itemsFrom, outputAmong, outputsFor} from './columns.ts';
import type {Form} from './form.ts';
import {createInput, type Input} from './input.ts';
import {createRun, type Run} from './run.ts';
import {type FileHandle, type GrowingFile, growingFile} from './table-file.ts';

/** Everything on the page. */
export interface Desk {
	readonly form: Signal<Form>;
	readonly input: Input;
	/** What will be measured; empty where the table or a choice is refused. */
	readonly items: ReadonlySignal<readonly Item[]>;
	/** Whether a cell of the table has a brace, which may mark a region. */
	readonly hasBraces: ReadonlySignal<boolean>;
	/** Why not. */
	readonly refusals: ReadonlySignal<readonly Refusal[]>;
	/** Rows of the table that will not be measured, and why. */
	readonly faults: ReadonlySignal<readonly Refusal[]>;
	readonly run: Run;
	/** The model that answers now. */
	readonly model: ReadonlySignal<ModelInfo | null>;
	/** The file that the rows are written into as they are measured. */
	readonly file: ReadonlySignal<GrowingFile | null>;
	/** Why that file could not be written, in the browser's words. */
	readonly fileFault: ReadonlySignal<string | null>;
	/** Whether there are rows that are in no file. */
	readonly isUnsaved: ReadonlySignal<boolean>;
	/** All that has been measured so far has been saved. */
	onSaved(): void;
	/** A text that was handed over while others stood here; null when there is none. */
	readonly offered: ReadonlySignal<string | null>;
	/** A text comes from another page: it is there at once where nothing else is, and offered otherwise. */
	hand(text: string): void;
	/** Put what is offered in place of what stands here or below it, or leave it. */
	settle(how: 'replace' | 'below' | 'leave'): void;
	/** Change some of the form. */
	set(change: Partial<Form>): void;
	/** Measure what the form says, into a file if one is given; nothing while that is still being read. */
	start(handle?: FileHandle): void;
	/** Another model was chosen. */
	onModelChange(): void;
	dispose(): void;
}

/** Whether a text has what marks a region. */
const hasBrace = (text: string) => /[{}]/.test(text);

/** @param keep called with the form whenever it has changed. */
export function createDesk(
	engine: Engine,
	read: ReadTable,
	version: string,
	initial: Form,
	keep: (form: Form) => void,
): Desk {
	const form = signal(initial);
	const input = createInput(form, read);
	const model = signal<ModelInfo | null>(null);
	const query = createQuery(engine, 'model');
	const file = signal<GrowingFile | null>(null);
	const fileFault = signal<string | null>(null);
	const offered = signal<string | null>(null);
	/** How many results have been saved. */
	const saved = signal(0);

	const ask = () =>
		query.ask(
			{},
			{
				onAnswer: info => {
					model.value = info;
				},
			},
		);
	void ask();

	const set = (change: Partial<Form>) => {
		form.value = {...form.peek(), ...change};
	};
	/** A text that was handed over, below what stands above it. Its braces mark nothing, unless others that are there do: it was no table. */
	const put = (text: string, above = '') =>
		batch(() => {
			input.putAway();
			set({kind: 'lines', text: above + text, ...(hasBrace(text) && !hasBrace(above) && {marks: false})});
		});

	const run = createRun(engine, version, async (results, isEnd) => {
		const growing = file.peek();
		try {
			await growing?.update(results, isEnd);
			if (growing && growing === file.peek()) fileFault.value = null;
		} catch (error) {
			if (growing === file.peek()) fileFault.value = error instanceof Error ? error.message : String(error);
		}
	});

	// What is typed elsewhere in the form does not read ten thousand rows again.
	const columns = computed(() => form.value.columns);
	const marks = computed(() => form.value.marks);
	const compare = computed(() => form.value.compare);
	const found = computed((): Items & {refusals: readonly Refusal[]} => {
		const table = input.table.value;
		if (!table) return {items: [], faults: [], refusals: input.refusals.value};
		try {
			return {...itemsFrom({columns: columns.value, marks: marks.value, compare: compare.value}, table), refusals: []};
		} catch (error) {
			return {items: [], faults: [], refusals: error instanceof TableError ? error.refusals : [technical(error)]};
		}
	});
	const stops = [
		effect(() => keep(form.value)),
		effect(() => {
			const {items} = found.value;
			if (!run.running.value && items.length > 0) untracked(() => run.retell(items));
		}),
	];

	return {
		form,
		input,
		items: computed(() => found.value.items),
		hasBraces: computed(() => input.table.value?.rows.some(({cells}) => cells.some(hasBrace)) ?? false),
		refusals: computed(() => found.value.refusals),
		faults: computed(() => found.value.faults),
		run,
		model,
		file,
		fileFault,
		isUnsaved: computed(() => {
			if (run.running.value) return true;
			const isInFile = file.value !== null && fileFault.value === null;
			return !isInFile && saved.value < run.done.value;
		}),
		onSaved() {
			saved.value = run.results.peek().length;
		},
		offered,
		hand(text) {
			const isBare = input.file.peek() === null && form.peek().text.trim() === '';
			if (isBare) put(text);
			else if (form.peek().text !== text) offered.value = text;
		},
		settle(how) {
			const text = offered.peek();
			if (text !== null && how === 'replace') put(text);
			if (text !== null && how === 'below') put(text, `${form.peek().text.trimEnd()}\n`);
			offered.value = null;
		},
		set,
		start(handle) {
			if (input.isBehind.peek()) return;
			const items = found.peek().items;
			const {output, separator, addSpecialTokens} = form.peek();
			file.value = handle ? growingFile(handle, outputAmong(outputsFor(items), output)) : null;
			fileFault.value = null;
			saved.value = 0;
			void run.start(items, {separator, addSpecialTokens});
		},
		onModelChange: () => void ask(),
		dispose() {
			for (const stop of stops) stop();
			input.dispose();
			query.cancel();
			run.cancel();
		},
	};
}
