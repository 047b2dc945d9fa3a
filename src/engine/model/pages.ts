import type {EngineError} from '../errors/engine-error.ts';
import {PAGE} from '../kernels/assembly/layout.ts';
import {type ModelMemory, outOfMemory} from './memory.ts';
import {sharedLength} from './shared-length.ts';

/**
 * Of so many readings that ended last, the pages are kept, however many there are: a step needs those of the step before it, and
 * guidance reads between them.
 */
const KEPT_READINGS = 2;

/** Keys and values of up to 64 positions, all layers together. */
interface Page {
	readonly at: number;
	/** Its tokens; after those of the pages above it, they say all that is in it. */
	ids: number[];
	readonly next: Page[];
	/** When it was last used, and by which reading. */
	used: number;
	reading: Reading;
}

/** Something that is read run by run, from when it begins until it ends: its pages are kept meanwhile. */
export interface Reading {
	/** Runs in a row that came no further than those before them. */
	idle: number;
	/** Of several texts, for each of which a run of the next reading may need the pages. */
	readonly several: boolean;
	runs: number;
}

/** What claiming wrote down, so that it can be taken back. */
export interface Claim {
	/** Addresses of the pages of the text's positions. */
	readonly pages: readonly number[];
	/** What was to be computed was not: the pages hold what they held before. */
	undo(): void;
}

/**
 * The key/value cache, in pages that texts share (as PagedAttention, Kwon et al. 2023). A page is found by the tokens it holds and
 * those before them: whatever begins as an earlier text did, a prompt, a branch, a passage, finds there what has been
 * computed. Pages that were used longest ago are forgotten, and computed again if somebody needs them: the numbers are the
 * same, bit for bit.
 */
export class Pages {
	/** Beginnings of texts, for each way in which the model computes: unchanged, or with some change of its parts. */
	readonly #roots = new Map<string, Page[]>();
	readonly #free: number[] = [];
	readonly #open = new Set<Reading>();
	/** Pages of so many last runs are kept: of one text the last run's, which uses all that it has. */
	#keptRuns: readonly number[] = [];
	#allocated = 0;
	#clock = 0;

	/**
	 * @param pageBytes of one page.
	 * @param kept how many bytes of pages are kept; more only while they are in use.
	 */
	constructor(
		private readonly memory: ModelMemory,
		private readonly pageBytes: number,
		private readonly kept: number,
	) {}

	/** Pages that hold something. */
	get count(): number {
		return this.#allocated - this.#free.length;
	}

	/** Positions of the longest text for which 32 bits can address enough pages. */
	get room(): number {
		return PAGE * (this.#allocated + Math.floor(this.memory.room / this.pageBytes));
	}

	/** How many of a text's first tokens have their keys and values here. */
	known(ids: readonly number[], root = ''): number {
		return this.#held(ids, root).known;
	}

	/** Addresses of the pages that hold what is known of a text. */
	holding(ids: readonly number[], root = ''): number[] {
		return this.#held(ids, root).pages.map(({at}) => at);
	}

	/** Begin to read something; `end` must follow. */
	open(several = false): Reading {
		const reading = {idle: 0, several, runs: 0};
		this.#open.add(reading);
		return reading;
	}

	/** Give up, so that what is read besides can go on. @returns the error to throw. */
	giveUp(): EngineError {
		for (const reading of this.#open) reading.idle = 0;
		return outOfMemory();
	}

	/** Nothing more is read. */
	end(reading: Reading): void {
		this.#open.delete(reading);
		this.#keptRuns = [...this.#keptRuns, reading.several ? reading.runs : 1].slice(-KEPT_READINGS);
	}

	/**
	 * Begin a new run: its own pages are never forgotten while it lasts.
	 * @param texts whose pages are going to be claimed: what is known of one must be there when those before it have taken theirs.
	 */
	begin(reading: Reading, texts: readonly (readonly number[])[] = [], root = ''): void {
		this.#clock++;
		reading.runs++;
		for (const ids of texts) for (const page of this.#held(ids, root).pages) page.used = this.#clock;
	}

	/**
	 * The pages of a text's first `end` positions, whose keys and values from `known` on are going to be written.
	 * @throws EngineError `out-of-memory`.
	 */
	claim(reading: Reading, ids: readonly number[], end: number, root = ''): Claim {
		const undos: (() => void)[] = [];
		const undo = () => {
			for (const step of undos.reverse()) step();
		};
		const pages: number[] = [];
		let among = this.#beginnings(root);
		try {
			for (let done = 0; done < end; done += PAGE) {
				const wanted = ids.slice(done, Math.min(done + PAGE, end));
				const {page: found, shared} = longest(among, wanted, 0);
				let page: Page;
				if (found && shared === wanted.length) page = found;
				else if (found && shared === found.ids.length) {
					page = found;
					const before = found.ids;
					found.ids = wanted;
					undos.push(() => {
						found.ids = before;
					});
				} else {
					if (found) found.used = this.#clock;
					page = {at: this.#take(), ids: wanted, next: [], used: this.#clock, reading};
					if (found && shared > 0) this.#copy(found.at, page.at);
					const [made, siblings] = [page, among];
					siblings.push(made);
					undos.push(() => this.#forget(made, siblings));
				}
				page.used = this.#clock;
				page.reading = reading;
				pages.push(page.at);
				among = page.next;
			}
		} catch (error) {
			undo();
			throw error;
		}

		return {pages, undo};
	}

	/** Forget what was computed in one way. */
	forget(root: string): void {
		for (const page of this.#roots.get(root) ?? []) this.#release(page);
		this.#roots.delete(root);
	}

	/** Forget everything. */
	clear(): void {
		for (const pages of this.#roots.values()) for (const page of pages) this.#release(page);
		this.#roots.clear();
	}

	#held(ids: readonly number[], root: string): {known: number; pages: Page[]} {
		const held: Page[] = [];
		let pages = this.#beginnings(root);
		for (let done = 0; ; done += PAGE) {
			const {page, shared} = longest(pages, ids, done);
			if (page) held.push(page);
			if (shared < PAGE) return {known: done + shared, pages: held};
			pages = page!.next;
		}
	}

	#beginnings(root: string): Page[] {
		const pages = this.#roots.get(root) ?? [];
		this.#roots.set(root, pages);
		return pages;
	}

	/** Room for a page: one that is free or, once there are enough, that of the page which was used longest ago. */
	#take(): number {
		const free = this.#free.pop();
		if (free !== undefined) return free;
		const isEnough = this.#allocated * this.pageBytes >= this.kept;
		if (isEnough && this.#forgetOldest(page => !this.#isKept(page))) return this.#free.pop()!;
		try {
			const at = this.memory.allocate(this.pageBytes);
			this.#allocated++;
			return at;
		} catch (error) {
			if (this.#forgetOldest()) return this.#free.pop()!;
			throw error;
		}
	}

	#isKept({reading, used}: Page): boolean {
		const last = this.#keptRuns.reduce((sum, runs) => sum + runs, 0);
		return this.#open.has(reading) || used >= this.#clock - last;
	}

	/** Of the pages that the present run does not use, forget the one that was used longest ago. @param among which may go. */
	#forgetOldest(among: (page: Page) => boolean = () => true): boolean {
		let oldest: {page: Page; siblings: Page[]} | null = null;
		const visit = (pages: Page[]) => {
			for (const page of pages) {
				if (page.next.length > 0) visit(page.next);
				else if (page.used < (oldest?.page.used ?? this.#clock) && among(page)) oldest = {page, siblings: pages};
			}
		};
		for (const pages of this.#roots.values()) visit(pages);
		if (!oldest) return false;
		const {page, siblings} = oldest as {page: Page; siblings: Page[]};
		this.#forget(page, siblings);
		return true;
	}

	#forget(page: Page, siblings: Page[]): void {
		siblings.splice(siblings.indexOf(page), 1);
		this.#release(page);
	}

	#release(page: Page): void {
		this.#free.push(page.at);
		for (const next of page.next) this.#release(next);
	}

	#copy(from: number, to: number): void {
		this.memory.bytes(0, this.memory.memory.buffer.byteLength).copyWithin(to, from, from + this.pageBytes);
	}
}

/** The page whose tokens have most in common with a text from some position on; of equal ones the shorter, which can go on. */
function longest(pages: readonly Page[], ids: readonly number[], from: number): {page: Page | null; shared: number} {
	let best: {page: Page | null; shared: number} = {page: null, shared: 0};
	const wanted = from === 0 ? ids : ids.slice(from, from + PAGE);
	for (const page of pages) {
		const shared = sharedLength(page.ids, wanted);
		if (shared > best.shared || (shared === best.shared && shared > 0 && page.ids.length < best.page!.ids.length))
			best = {page, shared};
	}

	return best;
}
