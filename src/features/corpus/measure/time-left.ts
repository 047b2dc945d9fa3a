import type {Item} from './items.ts';

/** Milliseconds since some moment. */
export type Clock = () => number;

/** What it takes to measure an item: its characters, and a little for itself. */
const cost = ({text, context, second}: Item) => 20 + text.length + context.length + (second?.length ?? 0);

/** Before this, an estimate would jump about: in milliseconds. */
const EARLY = 1500;

/** How long the rest of a run takes, from how long its beginning took. */
export class TimeLeft {
	readonly #from: number;
	#rest: number;
	#passed = 0;

	constructor(
		items: readonly Item[],
		private readonly clock: Clock,
	) {
		this.#from = clock();
		this.#rest = items.reduce((sum, item) => sum + cost(item), 0);
	}

	passed(item: Item): void {
		this.#passed += cost(item);
		this.#rest -= cost(item);
	}

	/** In seconds; null while it is too early to tell. */
	get left(): number | null {
		const took = this.clock() - this.#from;
		return took < EARLY || this.#passed === 0 ? null : (took / this.#passed) * (this.#rest / 1000);
	}
}
