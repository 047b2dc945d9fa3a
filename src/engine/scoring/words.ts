import type {Tokenizer} from '../tokenizer/tokenizer.ts';

/** What a vocabulary says about where words end. A word is what stands between white space, with its punctuation. */
export interface WordClasses {
	/**
	 * 1 for every class after which a word that stands before it has ended, else 0, [V]: those that begin with white space (the space
	 * of `Ġthe` and `▁the`, a line break, a tab, a no-break space) and those that stand for no text (the end of a text, a chat's marks).
	 */
	begins: Float32Array;
	/** 1 for every class after which a word begins whatever comes, [V]: those that end with white space, or stand for no text. */
	ends: Uint8Array;
}

const made = new WeakMap<Tokenizer, WordClasses>();

/**
 * The classes at which words begin, made once per vocabulary.
 *
 * Punctuation begins no word: a comma is part of the word before it, an opening quotation mark of the one after it. White space that is a
 * token of its own, such as a line break, goes with the word after it. A token that has white space behind it (`.` and a line break in Llama 3's and Qwen's
 * vocabularies, all of it where a vocabulary has the space behind) needs no rule of its own: what comes after it begins a word for
 * sure. In scripts without spaces no class shows where a word begins, and a token's probability stays what it is. A token that is part of a character
 * begins nothing.
 */
export function wordClasses(tokenizer: Tokenizer): WordClasses {
	const known = made.get(tokenizer);
	if (known) return known;
	const begins = new Float32Array(tokenizer.size);
	const ends = new Uint8Array(tokenizer.size);
	for (const [id, bytes] of tokenizer.plainBytes.entries()) {
		begins[id] = Number(bytes === null || WHITE_SPACE.test(characterAt(bytes, 0)));
		ends[id] = Number(bytes === null || WHITE_SPACE.test(lastCharacter(bytes)));
	}
	const classes = {begins, ends};
	made.set(tokenizer, classes);
	return classes;
}

const WHITE_SPACE = /^\p{White_Space}/u;
const decoder = new TextDecoder('utf-8', {ignoreBOM: true});

/** The character that begins at a byte; U+FFFD where none does. */
const characterAt = (bytes: Uint8Array, at: number) => {
	const first = bytes[at];
	if (first < 0x80) return String.fromCharCode(first);
	return decoder.decode(bytes.subarray(at, at + (first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4)));
};

const lastCharacter = (bytes: Uint8Array) => {
	let at = bytes.length - 1;
	while (at > 0 && (bytes[at] & 0xc0) === 0x80) at--;
	return characterAt(bytes, at);
};

/** A token with its natural-log probability, given what is before it. */
interface Scored {
	readonly id: number;
	readonly logProb: number;
}

/**
 * Corrects the log-probabilities of a text's tokens, one after the other, so that those of a word's tokens add up to the log-probability of the
 * word.
 *
 * Where tokens carry the space before a word, the product of a word's tokens is the probability that a word *begins* so: after `Ġmat`
 * may come `ron`. That it ends there is part of the next token's probability, and adding up tokens counts it for the next word.
 * With B the classes that begin a word or end the text, and mass(B | t) their probability after the tokens t:
 *
 *     p(word | left) = Π p(token) · mass(B | left, word) / mass(B | left)
 *
 * (Pimentel & Meister 2024, "How to Compute the Probability of a Word", arXiv:2406.14561, for tokenizers that mark the beginning of words;
 * Oh & Schuler 2024, "Leading Whitespaces of Language Models' Subword Vocabulary Pose a Confound for Calculating Word
 * Probabilities", arXiv:2406.10851, come to the same another way.) Over all words and the end of the text these add up to 1; the plain
 * products do not, since that of `mat` counts `matron` as well.
 *
 * Token by token: one that begins a word gives the logarithm of mass(B) in its place to the token before it, at which the word
 * before it ends. So corrected log-probabilities add up over a word, over any region, and over the text.
 *
 * A border that is certain has the mass 1, and nothing is given: at the beginning of a text, and after white space that is a
 * token's last character. (Pimentel & Meister divide the first word by the probability that no space comes first. We do not,
 * since a text may begin with one: the first words with and without a space, and the empty text, add up to 1.) Within a
 * word, punctuation included, nothing is given either. The last word ends with the text: by mass(B) after it.
 */
export class WordBorders<T extends Scored> {
	/** The token before the next one, whose own border has been taken from it. */
	#held: {token: T; corrected: number} | null = null;
	#last: number | null = null;

	constructor(private readonly classes: WordClasses) {}

	/** What is before the first token, where there is something: a context, or the token that begins a text. */
	after(id: number): void {
		this.#last = id;
	}

	/**
	 * The text goes on.
	 * @param mass of `WordClasses.begins` in this token's place, 0 to 1.
	 * @returns the token before it, which is whole now; null at the first.
	 */
	next(token: T, mass: number): (T & {corrected: number}) | null {
		const begins = this.classes.begins[token.id] === 1;
		// A class is never more probable than all those that it is one of.
		const border = begins && !this.#isCertain() ? Math.max(logMass(mass), token.logProb) : 0;
		const before = this.#whole(border);
		this.#held = {token, corrected: token.logProb - border};
		this.#last = token.id;
		return before;
	}

	/** The text has ended. @param mass as of `next`, after the last token. @returns the last token; null where there was none. */
	end(mass: number): (T & {corrected: number}) | null {
		return this.#whole(this.#isCertain() ? 0 : logMass(mass));
	}

	#isCertain(): boolean {
		return this.#last === null || this.classes.ends[this.#last] === 1;
	}

	#whole(border: number) {
		return this.#held && {...this.#held.token, corrected: this.#held.corrected + border};
	}
}

/** The logarithm of a mass, in nats. The kernels' exponential function is 0 below e^-87, so nothing is less than that. */
const logMass = (mass: number) => Math.max(Math.log(mass), -87);
