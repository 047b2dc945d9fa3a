import {PAGE, ROWS} from '../kernels/assembly/layout.ts';
import type {RunOptions} from './causal-lm.ts';
import type {Machine, Range, Row} from './machine.ts';
import type {Claim, Pages, Reading} from './pages.ts';
import {inTurn} from './turns.ts';

/** What is wanted of a position: nothing but its keys and values, its hidden state, or its logits as well. */
type Wanted = 'nothing' | 'hidden' | 'logits';

/** A text that is read, from some position on. */
export interface Text {
	readonly ids: readonly number[];
	/** The next position of which something is wanted; those before it are read where the cache does not have them. */
	next: number;
	/** How far it has been read; some of that may be lost meanwhile. */
	furthest?: number;
	/** What is wanted of a position from `next` on. */
	wanted(position: number): Wanted;
	/** The class that is scored after a position. */
	target?(position: number): number;
}

/** A position that a run has computed, and where its results are. */
export interface Computed {
	readonly text: Text;
	readonly position: number;
	readonly place: number;
	/** Its row in the run. */
	readonly row: number;
	readonly hasLogits: boolean;
}

export interface ReadOptions extends Pick<RunOptions, 'signal' | 'beforeRun'> {
	score?: boolean;
	/** As in `Run`. */
	mask?: number;
	/** Most rows of a run. */
	most?: number;
	/** What is different about the program while these runs compute. */
	change?: Change;
}

/** Something about the program that is made different before a run, and undone after it. */
export interface Change {
	make(rows: readonly Row[]): void;
	undo(): void;
}

/** A way in which a model computes. What is cached for one is of no use to another. */
export interface Way {
	readonly name: string;
	/** Instructions of the program; all of them where it is left out. */
	readonly ranges?: readonly Range[];
	/** What is different about it. */
	readonly change?: Change;
}

/** Reads texts: rows of several are computed together, up to 64 in a run, and none is computed that the cache has. */
export class Reader {
	constructor(
		readonly machine: Machine,
		readonly pages: Pages,
		private readonly way: Way = {name: ''},
	) {}

	/** How many of a text's first tokens have been read. */
	known(ids: readonly number[]): number {
		return this.pages.known(ids, this.way.name);
	}

	/** Addresses of the pages of the cache that hold what has been read of a text. */
	holding(ids: readonly number[]): number[] {
		return this.pages.holding(ids, this.way.name);
	}

	/** Forget what has been read in this way. */
	forget(): void {
		this.pages.forget(this.way.name);
	}

	/** The same model, computing in another way. */
	computing(way: Way): Reader {
		return new Reader(this.machine, this.pages, way);
	}

	/**
	 * Read texts to their ends.
	 * @param onRun gets what a run has computed of what is wanted, in the order of the texts, before the next run overwrites it.
	 */
	async read(
		texts: readonly Text[],
		onRun: (computed: readonly Computed[]) => void,
		options: ReadOptions = {},
	): Promise<void> {
		for await (const _ of this.runs(texts, onRun, options));
	}

	/** The same, run by run. @param take what is kept of a run, taken before another one can begin, from where and how far
	 * the last text was read. */
	async *runs<T>(
		texts: readonly Text[],
		take: (computed: readonly Computed[], done: number, from: number) => T,
		options: ReadOptions = {},
	): AsyncGenerator<T, void, undefined> {
		const {signal} = options;
		const reading = this.pages.open(texts.length > 1);
		try {
			while (texts.some(({ids, next}) => next < ids.length)) {
				await options.beforeRun?.();
				signal?.throwIfAborted();
				yield await inTurn(async () => {
					signal?.throwIfAborted();
					const {computed, done, from} = await this.#run(reading, texts, options);
					return take(computed, done, from);
				});
			}
		} finally {
			this.pages.end(reading);
		}
	}

	async #run(
		reading: Reading,
		texts: readonly Text[],
		{score = false, mask, most = ROWS, change}: ReadOptions,
	): Promise<{computed: Computed[]; from: number; done: number}> {
		const planned = this.#plan(texts, most, score ? ROWS : this.machine.logitRows);
		const {name, ranges} = this.way;
		const {rows, computed, wanted} = rowsOf(planned);
		const changes = [this.way.change, change].filter(one => one !== undefined);
		const claims: Claim[] = [];
		this.pages.begin(
			reading,
			planned.map(({text}) => text.ids),
			name,
		);
		try {
			for (const one of changes) one.make(rows);
			for (const {text, end} of planned) claims.push(this.pages.claim(reading, text.ids, end, name));
			await this.machine.run({rows, tables: claims.map(({pages}) => pages), wanted, score, mask, ranges});
			for (const {text, end} of planned) text.next = Math.max(text.next, end);
			this.#checkProgress(reading, planned);
			const {begin, end} = planned.at(-1)!;
			return {computed, from: begin, done: end};
		} catch (error) {
			for (const claim of claims.reverse()) claim.undo();
			throw error;
		} finally {
			for (const one of changes) one.undo();
		}
	}

	/** @throws EngineError `out-of-memory` where others take the pages as fast as they are read: all would take turns for ever. */
	#checkProgress(reading: Reading, planned: readonly Planned[]): void {
		const further = planned.filter(({text, end}) => end > (text.furthest ?? 0));
		for (const {text, end} of further) text.furthest = end;
		reading.idle = further.length > 0 ? 0 : reading.idle + 1;
		// What was lost altogether is there again after a run for each page.
		const pages = planned.reduce((sum, {end}) => sum + Math.ceil(end / PAGE), 0);
		if (reading.idle > 2 * pages + 16) throw this.pages.giveUp();
	}

	/** Which positions the next run computes: of each text those that are missing, while there are rows, and rows of logits. */
	#plan(texts: readonly Text[], rows: number, logits: number): Planned[] {
		const planned: Planned[] = [];
		for (const text of texts) {
			if (text.next >= text.ids.length) continue;
			const begin = Math.min(text.next, this.known(text.ids));
			// What is longer than a run ends at whole chunks: progress is told in round numbers.
			const stop = text.ids.length - begin > rows ? begin + rows - ((begin + rows) % ROWS) : text.ids.length;
			let end = begin;
			for (
				;
				end < Math.max(stop, begin + 1) && rows > 0 && (logits > 0 || wantedAt(text, end) !== 'logits');
				end++, rows--
			) {
				if (wantedAt(text, end) === 'logits') logits--;
			}

			if (end > begin) planned.push({text, begin, end});
			if (end < text.ids.length) break;
		}

		return planned;
	}
}

interface Planned {
	text: Text;
	begin: number;
	end: number;
}

const wantedAt = (text: Text, position: number): Wanted => (position < text.next ? 'nothing' : text.wanted(position));

/** Rows of a run; the first places are those of logits. */
function rowsOf(planned: readonly Planned[]): {rows: Row[]; computed: Computed[]; wanted: number} {
	const all = planned.flatMap(({text, begin, end}, table) =>
		Array.from({length: end - begin}, (_, i) => ({
			text,
			table,
			position: begin + i,
			wanted: wantedAt(text, begin + i),
		})),
	);
	let logits = 0;
	let hidden = all.reduce((sum, {wanted}) => sum + Number(wanted === 'logits'), 0);
	const wanted = hidden;
	const computed: Computed[] = [];
	const rows = all.map(({text, table, position, wanted}, row): Row => {
		const place = wanted === 'nothing' ? -1 : wanted === 'logits' ? logits++ : hidden++;
		if (place >= 0) computed.push({text, position, place, row, hasLogits: wanted === 'logits'});
		return {token: text.ids[position], position, table, place, target: text.target?.(position) ?? -1};
	});
	return {rows, computed, wanted};
}
