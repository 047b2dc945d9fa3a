import {type ReadonlySignal, signal} from '@preact/signals';
import * as v from 'valibot';

/** Most steps of a lesson, and characters of a title and of an address's fragment: more would be no lesson. */
const MOST_STEPS = 100;
const MOST_TITLE = 200;
const MOST_HASH = 100_000;

/** A step of the walk: its address's fragment, with the `#`, and what it is called. */
const Step = v.object({
	title: v.pipe(v.string(), v.maxLength(MOST_TITLE)),
	hash: v.pipe(v.string(), v.startsWith('#'), v.maxLength(MOST_HASH)),
});
export type Step = v.InferOutput<typeof Step>;
export const Steps = v.pipe(v.array(Step), v.maxLength(MOST_STEPS));

/** A list of links to steps, which a teacher makes, saves and opens again. */
export interface Lesson {
	readonly steps: ReadonlySignal<readonly Step[]>;
	add(...steps: readonly Step[]): void;
	/** Without the step at this place, from 0. */
	remove(at: number): void;
	/** Move the step at this place one up. */
	raise(at: number): void;
}

/** @param keep told of every change, so that a closed page has lost nothing. */
export function createLesson(
	initial: readonly Step[] = [],
	keep: (steps: readonly Step[]) => void = () => undefined,
): Lesson {
	const steps = signal(initial);
	const set = (next: readonly Step[]) => {
		steps.value = next.slice(0, MOST_STEPS);
		keep(steps.value);
	};
	return {
		steps,
		add: (...added) =>
			set([...steps.peek(), ...added.map(step => ({...step, title: step.title.slice(0, MOST_TITLE)}))]),
		remove: at => set(steps.peek().filter((_, i) => i !== at)),
		raise: at =>
			at > 0 &&
			set(
				steps
					.peek()
					.with(at - 1, steps.peek()[at])
					.with(at, steps.peek()[at - 1]),
			),
	};
}

/**
 * The steps that a page of links names, HTML or Markdown. Only what follows the `#` counts, so that a lesson made in another
 * browser, where the extension has another address, opens too. Links elsewhere are passed over.
 * @param chapters the ids of the walk's chapters.
 */
export function readLesson(file: string, chapters: readonly string[]): Step[] {
	// The document that is parsed has no window: nothing of it runs or is loaded.
	const links = [...new DOMParser().parseFromString(file, 'text/html').querySelectorAll('a[href]')].map(link => ({
		title: link.textContent,
		href: link.getAttribute('href') ?? '',
	}));
	const inMarkdown = [...file.matchAll(/\[([^\]\n]{0,200})\]\(([^)\s]+)\)/g)].map(([, title, href]) => ({title, href}));
	return (links.length > 0 ? links : inMarkdown)
		.map(({title, href}) => ({title: title.trim().slice(0, MOST_TITLE), hash: href.slice(href.indexOf('#'))}))
		.filter(({hash}) => hash.startsWith('#') && hash.length <= MOST_HASH)
		.filter(({hash}) => chapters.includes(hash.slice(1).split('?')[0]))
		.slice(0, MOST_STEPS);
}
