import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {Automaton, type Places} from './automaton.ts';
import {readGrammar} from './grammar.ts';
import {readJsonSchema} from './json-schema.ts';
import {choice, type Grammar, literal, type Node} from './node.ts';
import {readRegularExpression} from './regular-expression.ts';
import type {FormVocabulary} from './vocabulary.ts';

/** What a form is written as. */
export type FormKind = 'choices' | 'regex' | 'json_schema' | 'grammar';

/** How many masks are kept. */
const MAX_MASKS = 64;
/** How many steps ahead a vocabulary without all bytes is tried. */
const MAX_TRIED = 200;

const alone = (root: Node): Grammar => ({root, rules: new Map()});
const READERS: Readonly<Record<FormKind, (text: string) => Grammar>> = {
	choices: text =>
		alone(
			choice(
				...text
					.split('\n')
					.filter(line => line !== '')
					.map(literal),
			),
		),
	regex: text => alone(readRegularExpression(text)),
	json_schema: readJsonSchema,
	grammar: readGrammar,
};

/**
 * A form that a continuation must have, byte for byte: which classes can lead to it is a mask over all classes. Constrained
 * decoding as in Willard and Louf 2023, "Efficient Guided Generation for Large Language Models",
 * https://arxiv.org/abs/2307.09702, and Dong et al. 2024, "XGrammar", https://arxiv.org/abs/2411.15100: the first for forms
 * without recursion, the second's pushdown automaton for the others. A class that ends within a character fits where the rest of
 * the character can follow.
 */
export class Form {
	readonly #automaton: Automaton;
	readonly #masks = new Map<number, Uint8Array>();
	/** The last text that was followed, and the places after each of its tokens. */
	#last: {ids: readonly number[]; places: (Places | null)[]} = {ids: [], places: []};

	/** @throws EngineError `bad-parameter` that names the place of a mistake, or says that no text of the vocabulary fills the form. */
	constructor(
		readonly kind: FormKind,
		readonly text: string,
		private readonly vocabulary: FormVocabulary,
	) {
		this.#automaton = new Automaton(READERS[kind](text));
		if (!vocabulary.isComplete && !this.#canBeFilled()) {
			throw new EngineError('bad-parameter', refuse('form-vocabulary'));
		}
	}

	/** Which classes fit after these tokens, 1 for each by id; null where the tokens do not fit themselves. */
	fitting(ids: readonly number[]): Uint8Array | null {
		const places = this.#placesAfter(ids);
		return places && this.#maskOf(places);
	}

	/** Whether these tokens are a whole text of the form. */
	isComplete(ids: readonly number[]): boolean {
		return this.#placesAfter(ids)?.isComplete ?? false;
	}

	/** Whether they are, and nothing can follow. */
	isFinished(ids: readonly number[]): boolean {
		const places = this.#placesAfter(ids);
		return places?.isComplete === true && places.places.length === 0;
	}

	/** What can follow: the bytes that must, as far as there is no choice, and after them the ranges of bytes that may. */
	next(ids: readonly number[]): {forced: number[]; ranges: [number, number][]; isComplete: boolean} | null {
		let places = this.#placesAfter(ids);
		if (!places) return null;
		const forced: number[] = [];
		for (;;) {
			const possible: number[] = [];
			for (let byte = 0; byte < 256; byte++) if (this.#automaton.after(places, byte)) possible.push(byte);
			if (possible.length !== 1 || places.isComplete || forced.length >= 80) {
				return {forced, ranges: rangesOf(possible), isComplete: places.isComplete};
			}
			forced.push(possible[0]);
			places = this.#automaton.after(places, possible[0])!;
		}
	}

	/** A form is named by what it is written as, wherever settings are compared. */
	toJSON() {
		return {kind: this.kind, text: this.text};
	}

	#placesAfter(ids: readonly number[]): Places | null {
		let known = 0;
		while (known < ids.length && known < this.#last.ids.length && ids[known] === this.#last.ids[known]) known++;
		const places = this.#last.places.slice(0, known);
		let now = known === 0 ? this.#automaton.start : places[known - 1];
		for (let i = known; i < ids.length; i++) {
			now = now && this.vocabulary.after(this.#automaton, now, ids[i]);
			places.push(now);
		}
		this.#last = {ids: [...ids], places};
		return now;
	}

	#maskOf(places: Places): Uint8Array {
		const known = this.#masks.get(places.id);
		if (known) return known;
		if (this.#masks.size >= MAX_MASKS) this.#masks.delete(this.#masks.keys().next().value!);
		const mask = this.vocabulary.fitting(this.#automaton, places);
		this.#masks.set(places.id, mask);
		return mask;
	}

	/** Where a vocabulary lacks bytes, whether it writes any text of the form: tried class by class, as far as that goes. */
	#canBeFilled(): boolean {
		const open = [this.#automaton.start];
		const seen = new Set(open);
		for (let tried = 0; open.length > 0; tried++) {
			const places = open.pop()!;
			if (places.isComplete || tried > MAX_TRIED) return true;
			const fits = this.vocabulary.fitting(this.#automaton, places);
			for (let id = 0; id < fits.length; id++) {
				const next = fits[id] === 1 && this.vocabulary.after(this.#automaton, places, id);
				if (!next || seen.has(next)) continue;
				seen.add(next);
				open.push(next);
			}
		}
		return false;
	}
}

function rangesOf(bytes: readonly number[]): [number, number][] {
	const ranges: [number, number][] = [];
	for (const byte of bytes) {
		const last = ranges.at(-1);
		if (last && byte === last[1] + 1) last[1] = byte;
		else ranges.push([byte, byte]);
	}
	return ranges;
}
