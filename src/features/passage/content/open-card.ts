import type {Hit} from './highlights/hit-test.ts';
import type {Passage} from './passage.ts';

/** How long a pointer must rest on a token before its card replaces another's: it may be on its way to that card. */
const REST_MILLISECONDS = 150;

interface Open extends Hit {
	/** Index of the token in the passage. */
	token: number;
	/** Whether it stays open until it is closed. */
	pinned: boolean;
}

/** Which token's card is open: the one that is pointed at, or the one that was pinned. */
export class OpenCard {
	readonly #onChange: () => void;
	#open: Open | null = null;
	#rest: ReturnType<typeof setTimeout> | undefined;

	constructor(onChange: () => void) {
		this.#onChange = onChange;
	}

	get current(): Open | null {
		return this.#open;
	}

	/** The pointer is on a token now, or on none. */
	point(hit: Hit | null) {
		if (this.#open?.pinned) return;
		clearTimeout(this.#rest);
		if (hit?.painted === this.#open?.painted) return;
		const change = () => {
			if (hit) this.show(hit, hit.painted.first, false);
			else this.close();
		};
		if (this.#open) this.#rest = setTimeout(change, REST_MILLISECONDS);
		else change();
	}

	/** The pointer has reached the card. */
	keep() {
		clearTimeout(this.#rest);
	}

	show(hit: Hit, token: number, pinned: boolean) {
		clearTimeout(this.#rest);
		if (this.#open && this.#open.passage !== hit.passage) this.#open.passage.setCurrent(null);
		this.#open = {...hit, token, pinned};
		hit.passage.setCurrent(hit.painted);
		this.#onChange();
	}

	/** Close it; with a passage, only where it is of that passage. */
	close(of?: Passage) {
		clearTimeout(this.#rest);
		if (!this.#open || (of && of !== this.#open.passage)) return;
		this.#open.passage.setCurrent(null);
		this.#open = null;
		this.#onChange();
	}
}
