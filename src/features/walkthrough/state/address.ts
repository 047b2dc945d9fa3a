import {batch, effect, type ReadonlySignal, type Signal, signal} from '@preact/signals';
import {endOf} from '../../../client/text-end.ts';
import {WALK_CHARACTERS} from '../../../protocol/messages/keys.ts';

/**
 * The walk's state in the address's fragment, so that a step can be linked to: `#head?text=The+old+man&class=1310:%2520who`. A text
 * that came from a page is not written there of itself (a browser keeps the addresses it has been at); it is once the
 * reader has changed it, and in every link that is copied.
 */
export interface Address {
	/** Id of the chapter in front. */
	readonly chapter: Signal<string>;
	readonly text: ReadonlySignal<string>;
	setText(text: string): void;
	/**
	 * A value of a chapter's state, or of all chapters' (`EVERY`); `initial` is left out of the address. Asked for again, it is the same
	 * signal.
	 */
	value(chapter: string, name: string, initial: string): Signal<string>;
	/** The address of this step, with everything it needs. */
	link(): string;
	/** Whether an address carries the whole text, and not only its end. */
	carriesAll(): boolean;
	dispose(): void;
}

/** In place of a chapter: what holds in all of them. */
export const EVERY = '';

/** The part of `window` used here; tests give their own. */
export interface AddressBar {
	location: {hash: string; href: string};
	history: Pick<History, 'replaceState' | 'pushState'>;
	addEventListener(type: 'hashchange', listener: () => void): void;
	removeEventListener(type: 'hashchange', listener: () => void): void;
}

/** A text as an address can carry it. */
const carried = (text: string) => endOf(text, WALK_CHARACTERS).toWellFormed();

/**
 * Milliseconds between two addresses of the same page while a knob is turned: Chromium passes over more than 200 in half a
 * minute, and Firefox throws.
 */
const PACE = 250;

interface Slot {
	value: Signal<string>;
	initial: string;
}

/**
 * @param chapters their ids; an address that names none of them is at the first.
 * @param texts what to start with where the address has no text: the one handed over, else an example.
 */
export function openAddress(
	bar: AddressBar,
	chapters: readonly string[],
	texts: {handedOver: string | null; example: string},
): Address {
	const slots = new Map<string, Slot>();
	const read = (hash: string) => {
		const parsed = parse(hash);
		return {...parsed, chapter: chapters.includes(parsed.chapter) ? parsed.chapter : chapters[0]};
	};
	let given = read(bar.location.hash);
	const chapter = signal(given.chapter);
	const text = signal(given.text ?? texts.handedOver ?? texts.example);
	/** Whether the text may be written into the address. */
	let isPublic = given.text !== null;

	const keyOf = (chapter: string, name: string) => `${chapter}.${name}`;
	function fragment(withText: boolean): string {
		const here = chapter.peek();
		// What nothing on the page has asked for yet stays: it may be asked for in a moment.
		const values = new Map(given.chapter === here ? given.values : []);
		for (const [key, {value, initial}] of slots) {
			const [of, name] = key.split('.');
			if (of !== here && of !== EVERY) continue;
			if (value.peek() === initial) values.delete(name);
			else values.set(name, value.peek());
		}
		const parameters = new URLSearchParams([
			...(withText ? [['text', carried(text.peek())]] : []),
			...[...values].sort(([a], [b]) => (a < b ? -1 : 1)),
		]);
		const query = parameters.toString();
		return `#${chapter.peek()}${query && `?${query}`}`;
	}

	/** The fragment that the page itself wrote last: no news when it comes back as an event. */
	let written = bar.location.hash;
	let lastAt = Number.NEGATIVE_INFINITY;
	let waiting: ReturnType<typeof setTimeout> | undefined;
	function write(): void {
		// The reader has gone elsewhere, and the event that says so is still to come: that is not to be written over.
		if (bar.location.hash !== written) {
			onHashChange();
			return;
		}
		const next = fragment(isPublic);
		if (next === written) return;
		const turnsPage = read(written).chapter !== chapter.peek();
		const left = lastAt + PACE - Date.now();
		if (left > 0 && !turnsPage) {
			waiting ??= setTimeout(flush, left);
			return;
		}
		lastAt = Date.now();
		if (turnsPage) bar.history.pushState(null, '', next);
		else bar.history.replaceState(null, '', next);
		written = bar.location.hash;
	}
	function flush(): void {
		clearTimeout(waiting);
		waiting = undefined;
		lastAt = Number.NEGATIVE_INFINITY;
		write();
	}

	const onHashChange = () => {
		if (bar.location.hash === written) return;
		written = bar.location.hash;
		given = read(written);
		// All at once: an address between the two would be written over the one that the reader went to.
		batch(() => {
			if (given.text !== null) {
				isPublic = true;
				// Of a text that an address does not carry whole, what is here is more.
				if (given.text !== carried(text.peek())) text.value = given.text;
			}
			for (const [key, {value, initial}] of slots) {
				const [of, name] = key.split('.');
				if (of === given.chapter || of === EVERY) value.value = given.values.get(name) ?? initial;
			}
			chapter.value = given.chapter;
		});
	};
	bar.addEventListener('hashchange', onHashChange);
	const stops = [
		effect(() => {
			void chapter.value;
			void text.value;
			write();
		}),
	];

	return {
		chapter,
		text,
		setText(next) {
			isPublic = true;
			text.value = next;
		},
		value(of, name, initial) {
			const known = slots.get(keyOf(of, name));
			if (known) return known.value;
			const value = signal((of === given.chapter || of === EVERY ? given.values.get(name) : undefined) ?? initial);
			slots.set(keyOf(of, name), {value, initial});
			stops.push(
				effect(() => {
					void value.value;
					write();
				}),
			);
			return value;
		},
		link: () => bar.location.href.split('#')[0] + fragment(true),
		carriesAll: () => text.peek().length <= WALK_CHARACTERS,
		dispose() {
			flush();
			bar.removeEventListener('hashchange', onHashChange);
			for (const stop of stops) stop();
		},
	};
}

function parse(hash: string): {chapter: string; text: string | null; values: ReadonlyMap<string, string>} {
	const [chapter, ...query] = hash.replace(/^#/, '').split('?');
	// A question mark that somebody typed belongs to a value.
	const values = new Map(new URLSearchParams(query.join('?')));
	const text = values.get('text') ?? null;
	values.delete('text');
	return {chapter, text, values};
}
