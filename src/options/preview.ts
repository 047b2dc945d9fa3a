import {type ReadonlySignal, signal} from '@preact/signals';
import type {Generation} from '../parameters/registry.ts';
import type {ClassesAnswer, Progress} from '../protocol/engine.ts';
import {type EngineClient, isCancelled} from '../ui/client/engine-client.ts';

/** How many classes the preview shows. */
export const PREVIEW_CLASSES = 12;

/** What the preview shows. */
export interface PreviewState {
	/** The last answer; it stays while the next is on its way. */
	answer: ClassesAnswer | null;
	progress: Progress | null;
	error: string | null;
	busy: boolean;
}

/** The next-class distribution after a sample prompt, following the settings as fast as the engine answers. */
export interface Preview {
	readonly state: ReadonlySignal<PreviewState>;
	/** Show this prompt under these settings. The last call counts; asked once a frame at most. */
	show(text: string, generation: Generation): void;
	/** Ask the last question again. */
	retry(): void;
	dispose(): void;
}

interface Question {
	text: string;
	generation: Generation;
}

/** @param nextFrame calls back before the next paint; tests give their own. */
export function createPreview(
	client: Pick<EngineClient, 'request'>,
	nextFrame: (callback: () => void) => unknown = callback => requestAnimationFrame(callback),
): Preview {
	const state = signal<PreviewState>({answer: null, progress: null, error: null, busy: false});
	let wanted: Question | null = null;
	let last: Question | null = null;
	let asked: {text: string; abort: AbortController} | null = null;
	let framed = false;

	function schedule() {
		if (framed) return;
		framed = true;
		nextFrame(() => {
			framed = false;
			void ask();
		});
	}

	async function ask(): Promise<void> {
		if (!wanted) return;
		if (asked) {
			// Under the same prompt an answer takes milliseconds: it is shown, then the newest question is asked. Aborting
			// it every frame would leave the bars still for as long as the slider moves. Another prompt makes it stale.
			if (asked.text === wanted.text) return;
			asked.abort.abort();
		}
		const {text, generation} = wanted;
		wanted = null;
		const mine = {text, abort: new AbortController()};
		asked = mine;
		const update = (change: Partial<PreviewState>) => {
			if (asked === mine) state.value = {...state.value, ...change};
		};
		update({busy: true, error: null});
		try {
			const answer = await client.request(
				'classes',
				{prompt: {text, appended: []}, generation, limit: PREVIEW_CLASSES},
				{signal: mine.abort.signal, onEvent: progress => update({progress})},
			);
			update({answer});
		} catch (error) {
			if (!isCancelled(error)) update({error: error instanceof Error ? error.message : String(error)});
		}
		update({busy: false, progress: null});
		if (asked === mine) {
			asked = null;
			if (wanted) schedule();
		}
	}

	return {
		state,
		show(text, generation) {
			wanted = last = {text, generation};
			schedule();
		},
		retry() {
			wanted ??= last;
			schedule();
		},
		dispose() {
			wanted = last = null;
			asked?.abort.abort();
		},
	};
}
