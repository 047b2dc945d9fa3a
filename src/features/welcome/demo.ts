import {effect, type ReadonlySignal, signal} from '@preact/signals';
import type {Engine} from '../../client/query.ts';
import {NEUTRAL_GENERATION} from '../../engine/parameters/registry.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {Token} from '../../protocol/values/prompt.ts';
import {spell} from '../../protocol/values/spell.ts';
import {createGrowingText, type GrowingText} from '../loop/growing-text.ts';
import {createLoop, type DrawOnShow, type Loop, type LoopSettings} from '../loop/loop.ts';

/**
 * A sentence for which the bundled model has a clear first class and a good second, found by measuring: `eyes` with 19 %
 * and `face` with 13 %.
 */
const SENTENCE = 'She looked up with tears in her';
/** Its first draws read well, and not each takes the first class, so that a draw is seen to be one. */
const FIRST_SEED = 13;
/** How many classes are listed, and how many are set apart on the bar. */
export const LISTED = 5;
const SET_APART = 10;

/** A step that was taken: what the text was, the class that joined it, and the bar that it was drawn from. */
export interface Grown {
	before: string;
	draw: DrawOnShow;
	bar: Bar;
}

/** All probability, as the bar shows it. */
interface Bar {
	shares: ClassesAnswer['bands']['model'];
	/** Where the first classes end. */
	ends: readonly number[];
}

/** The loop on one sentence, live. */
export interface Demo {
	readonly growing: GrowingText;
	readonly loop: Loop;
	/** The tokens of the sentence itself; none before the engine has answered. */
	readonly tokens: ReadonlySignal<readonly Token[]>;
	readonly grown: ReadonlySignal<readonly Grown[]>;
	/** Begin again, with another seed. */
	again(): void;
	dispose(): void;
}

/** The bar of an answer: the model's own distribution. */
export function barOf({bands, model}: ClassesAnswer): Bar {
	let end = 0;
	const ends = model.slice(0, SET_APART).map(({probability}) => {
		end += probability;
		return end;
	});
	return {shares: bands.model, ends};
}

export function createDemo(engine: Engine): Demo {
	const settings = signal<LoopSettings>({
		...NEUTRAL_GENERATION,
		doSample: true,
		seed: FIRST_SEED,
		seedMode: 'fixed',
	});
	const growing = createGrowingText({engine, text: SENTENCE, settings, limit: SET_APART});
	const session = {slot: <T>(_name: string, initial: T) => signal(initial)};
	const loop = createLoop({engine, session, prompt: growing, classes: growing.classes, settings});
	const tokens = signal<readonly Token[]>([]);
	const grown = signal<readonly Grown[]>([]);

	const stopNaming = effect(() => {
		const {answer, answerFor} = growing.classes;
		if (answer.value && answerFor.value === growing.key.peek() && growing.prompt.peek().appended.length === 0)
			tokens.value = answer.value.tokens;
	});
	// A draw is made from the classes on screen, and these are gone when its class has joined the text.
	const stopGrowing = effect(() => {
		const draw = loop.drawn.value;
		const answer = growing.classes.answer.peek();
		if (!draw || draw.appended || !answer) return;
		const {text, appended} = growing.prompt.peek();
		grown.value = [...grown.peek(), {before: text + spell(appended), draw, bar: barOf(answer)}];
	});

	return {
		growing,
		loop,
		tokens,
		grown,
		again() {
			settings.value = {...settings.peek(), seedMode: 'fresh'};
			grown.value = [];
			growing.begin(SENTENCE);
		},
		dispose() {
			stopNaming();
			stopGrowing();
			loop.dispose();
			growing.dispose();
		},
	};
}
