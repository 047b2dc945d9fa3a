import {randomStream} from '../../../../engine/math/random.ts';
import {Gpt} from './gpt.ts';
import {SHAPE} from './shape.ts';
import {BYTES, VOCABULARY} from './text.ts';

/** The stream of the draws; those of batches and of new weights have other numbers. */
const SAMPLE_STREAM = 0xffff_fffe;

/** What a model with some weights, those of now or of an earlier step, says of a prompt. */
export class Reader {
	readonly #gpt: Gpt;

	constructor(
		weights: Float32Array,
		private readonly seed: number,
	) {
		this.#gpt = new Gpt(SHAPE, weights, 1);
	}

	/** Probability of every byte after a prompt, [256]. An empty prompt begins after the end of another text. */
	distribution(prompt: Uint8Array): Float32Array {
		const ids = prompt.length > 0 ? Int32Array.from(prompt.subarray(-SHAPE.contextLength)) : Int32Array.of(BYTES);
		const all = this.#gpt.forward(ids, 1);
		return all.slice((ids.length - 1) * VOCABULARY, (ids.length - 1) * VOCABULARY + BYTES);
	}

	/** A prompt continued by n bytes, each drawn by the probabilities after those before it. */
	continuation(prompt: Uint8Array, n: number): Uint8Array {
		const random = randomStream(this.seed, SAMPLE_STREAM);
		const text = new Uint8Array(prompt.length + n);
		text.set(prompt);
		for (let i = prompt.length; i < text.length; i++)
			text[i] = draw(this.distribution(text.subarray(0, i)), random.next());
		return text.subarray(prompt.length);
	}
}

/** The byte on which a number in [0, 1) falls. */
function draw(probabilities: Float32Array, number: number): number {
	const total = probabilities.reduce((sum, p) => sum + p, 0);
	let left = number * total;
	for (let i = 0; i < probabilities.length; i++) {
		left -= probabilities[i];
		if (left < 0) return i;
	}
	return probabilities.length - 1;
}
