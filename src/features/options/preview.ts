import {createQuery, type Engine, type Query} from '../../client/query.ts';
import type {Generation} from '../../engine/parameters/registry.ts';

/** How many classes the preview shows. */
export const PREVIEW_CLASSES = 12;

/** The next-class distribution after a sample prompt, following the settings as fast as the engine answers. */
export interface Preview extends Omit<Query<'classes'>, 'ask' | 'reset'> {
	/** Show this prompt under these settings. The last call counts; asked once a frame at most. */
	show(text: string, generation: Generation): void;
	dispose(): void;
}

interface Question {
	text: string;
	generation: Generation;
}

/** The engine's question for a sample prompt under some settings. */
export const previewParams = ({text, generation}: Question) => ({
	prompt: {text, appended: []},
	generation,
	limit: PREVIEW_CLASSES,
});

/** @param nextFrame calls back before the next paint; tests give their own. */
export function createPreview(
	engine: Engine,
	nextFrame: (callback: () => void) => unknown = callback => requestAnimationFrame(callback),
): Preview {
	const query = createQuery(engine, 'classes');
	let wanted: Question | null = null;
	/** The text of the question that is running. */
	let asked: string | null = null;
	let isFramed = false;

	function schedule() {
		if (isFramed) return;
		isFramed = true;
		nextFrame(() => {
			isFramed = false;
			ask();
		});
	}

	function ask() {
		// Under the same prompt an answer takes milliseconds: it is shown, then the newest question is asked. Cancelling it
		// every frame would leave the bars still for as long as the slider moves. Another prompt makes it stale.
		if (!wanted || (query.running.peek() && asked === wanted.text)) return;
		const question = wanted;
		wanted = null;
		asked = question.text;
		void query.ask(previewParams(question)).then(() => {
			if (wanted && !query.running.peek()) schedule();
		});
	}

	return {
		...query,
		show(text, generation) {
			wanted = {text, generation};
			schedule();
		},
		dispose() {
			wanted = null;
			query.cancel();
		},
	};
}
