/**
 * A small GPT that is trained: forward and backward pass, in the order in which the data flows. The architecture is GPT-2's
 * (Radford et al. 2019) with a tied head; shapes stand at the ends of lines: B pieces of a text, T positions, D dimensions, H
 * heads of d = D / H, V classes. References: Karpathy's minGPT and llm.c. Nothing here knows where texts come from, or how
 * weights are changed.
 */
import {BlockActivations, gelu, geluSlope, softmax} from './activations.ts';
import {attend, attendBackward} from './attention.ts';
import {log} from './exact-math.ts';
import {multiply, rows, transposed} from './matrices.ts';

export interface Shape {
	/** Classes: V. */
	vocabSize: number;
	/** Positions that the model can look at: T. */
	contextLength: number;
	layers: number;
	heads: number;
	/** Width of the residual stream: D. */
	width: number;
}

/** Where one tensor lies in the array of all weights, by its name in a GPT-2 checkpoint. */
export interface Tensor {
	name: string;
	shape: readonly number[];
	at: number;
}

const EPSILON = 1e-5;

/** The tensors of a model, in the order in which they are stored. */
export function tensorsOf({vocabSize: V, contextLength: T, layers, width: D}: Shape): Tensor[] {
	const linear = (name: string, K: number, N: number): [string, number[]][] => [
		[`${name}.weight`, [K, N]],
		[`${name}.bias`, [N]],
	];
	const norm = (name: string): [string, number[]][] => [
		[`${name}.weight`, [D]],
		[`${name}.bias`, [D]],
	];
	const named: [string, number[]][] = [
		['wte.weight', [V, D]],
		['wpe.weight', [T, D]],
		...Array.from({length: layers}, (_, l) => [
			...norm(`h.${l}.ln_1`),
			...linear(`h.${l}.attn.c_attn`, D, 3 * D),
			...linear(`h.${l}.attn.c_proj`, D, D),
			...norm(`h.${l}.ln_2`),
			...linear(`h.${l}.mlp.c_fc`, D, 4 * D),
			...linear(`h.${l}.mlp.c_proj`, 4 * D, D),
		]).flat(),
		...norm('ln_f'),
	];
	let at = 0;
	return named.map(([name, shape]) => {
		const tensor = {name, shape, at};
		at += sizeOf(shape);
		return tensor;
	});
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

/** How many numbers a model has. */
export const parametersOf = (shape: Shape): number =>
	tensorsOf(shape).reduce((sum, tensor) => sum + sizeOf(tensor.shape), 0);

/** One model's arithmetic. Its weights and gradients are one array each, laid out by `tensorsOf`. */
export class Gpt {
	readonly parameters: number;
	readonly #at: ReadonlyMap<string, number>;
	readonly #blocks: BlockActivations[];
	readonly #last: Float32Array;
	readonly #final: Float32Array;
	readonly #statistics: Float32Array;
	readonly #probabilities: Float32Array;
	readonly #scratch: Float32Array;
	#ids: Int32Array = new Int32Array(0);
	#targets: Int32Array | null = null;
	#B = 0;
	#T = 0;

	/** @param batch the most pieces of a batch: B. */
	constructor(
		readonly shape: Shape,
		readonly weights: Float32Array,
		batch: number,
	) {
		const {vocabSize: V, contextLength: T, layers, heads: H, width: D} = shape;
		const R = batch * T;
		this.#at = new Map(tensorsOf(shape).map(({name, at}) => [name, at]));
		this.parameters = parametersOf(shape);
		this.#blocks = Array.from({length: layers}, () => new BlockActivations(T, H, D, batch));
		this.#last = new Float32Array(R * D);
		this.#final = new Float32Array(R * D);
		this.#statistics = new Float32Array(2 * R);
		this.#probabilities = new Float32Array(R * V);
		this.#scratch = new Float32Array(R * 4 * D);
	}

	/**
	 * Classify every position.
	 * @param ids [B, T] row-major; T may be less than the context.
	 * @returns the probabilities of all classes at every position, [B, T, V]; valid until the next pass.
	 */
	forward(ids: Int32Array, B: number): Float32Array {
		const {vocabSize: V, heads: H, width: D} = this.shape;
		const T = ids.length / B;
		const R = B * T;
		[this.#ids, this.#B, this.#T, this.#targets] = [ids, B, T, null];
		const w = this.weights;
		const wte = this.#w('wte.weight');
		const wpe = this.#w('wpe.weight');
		let x = this.#blocks[0].input; // [B, T, D]
		for (let r = 0; r < R; r++)
			for (let c = 0; c < D; c++) x[r * D + c] = w[wte + ids[r] * D + c] + w[wpe + (r % T) * D + c];

		this.#blocks.forEach((block, l) => {
			const next = this.#blocks[l + 1]?.input ?? this.#last;
			this.#norm(R, x, `h.${l}.ln_1`, block.norm1, block.statistics1); // [B, T, D]
			this.#linear(R, block.norm1, D, `h.${l}.attn.c_attn`, 3 * D, block.qkv); // [B, T, 3 D]
			attend(B, T, H, D, block); // [B, T, D]
			block.middle.set(x.subarray(0, R * D));
			this.#linear(R, block.mixed, D, `h.${l}.attn.c_proj`, D, block.middle, true); // [B, T, D]
			this.#norm(R, block.middle, `h.${l}.ln_2`, block.norm2, block.statistics2); // [B, T, D]
			this.#linear(R, block.norm2, D, `h.${l}.mlp.c_fc`, 4 * D, block.wide); // [B, T, 4 D]
			for (let i = 0; i < R * 4 * D; i++) block.gelu[i] = gelu(block.wide[i]);
			next.set(block.middle.subarray(0, R * D));
			this.#linear(R, block.gelu, 4 * D, `h.${l}.mlp.c_proj`, D, next, true); // [B, T, D]
			x = next;
		});

		this.#norm(R, x, 'ln_f', this.#final, this.#statistics); // [B, T, D]
		const logits = this.#probabilities;
		multiply(R, V, D, rows(this.#final, D), transposed(rows(w, D, wte)), rows(logits, V)); // [B, T, V]
		for (let r = 0; r < R; r++) softmax(logits, r * V, V);
		return this.#probabilities;
	}

	/**
	 * How wrong the last forward pass was about these classes.
	 * @param targets the class that follows each position, [B, T].
	 * @param perPosition takes every position's loss, in nats, where it is wanted.
	 * @returns the mean loss of all positions, in nats.
	 */
	loss(targets: Int32Array, perPosition?: Float32Array): number {
		this.#targets = targets;
		const V = this.shape.vocabSize;
		let sum = 0;
		for (let r = 0; r < targets.length; r++) {
			// A probability that float32 rounds to zero would cost infinitely much.
			const nats = -log(Math.max(this.#probabilities[r * V + targets[r]], 1.2e-38));
			if (perPosition) perPosition[r] = nats;
			sum += nats;
		}
		return sum / targets.length;
	}

	/**
	 * The gradient of the mean loss with respect to every weight, after `forward` and `loss`. All positions teach at once.
	 * @param gradients takes them, laid out as the weights are.
	 */
	backward(gradients: Float32Array): void {
		const {vocabSize: V, heads: H, width: D, layers} = this.shape;
		const [B, T, ids, targets] = [this.#B, this.#T, this.#ids, this.#targets];
		if (!targets) throw new Error('A backward pass comes after forward and loss.');
		const R = B * T;
		gradients.fill(0);
		const wte = this.#w('wte.weight');
		const wpe = this.#w('wpe.weight');

		// d(mean loss) / d(logits) = (probabilities - 1 at the target) / positions: a row of the head learns from every position.
		const dLogits = this.#probabilities;
		for (let r = 0; r < R; r++) dLogits[r * V + targets[r]] -= 1;
		for (let i = 0; i < R * V; i++) dLogits[i] /= R;
		const dFinal = this.#scratch.subarray(0, R * D);
		multiply(R, D, V, rows(dLogits, V), rows(this.weights, D, wte), rows(dFinal, D));
		multiply(V, D, R, transposed(rows(dLogits, V)), rows(this.#final, D), rows(gradients, D, wte), true);
		const dx = new Float32Array(R * D);
		this.#normBackward(R, dFinal, this.#last, 'ln_f', this.#statistics, dx, gradients);

		const dGelu = new Float32Array(R * 4 * D);
		const dQkv = new Float32Array(R * 3 * D);
		const dMixed = new Float32Array(R * D);
		const dNorm = new Float32Array(R * D);
		for (let l = layers - 1; l >= 0; l--) {
			const block = this.#blocks[l];
			// The residual hands dx on as it is; each branch adds what comes back through it.
			this.#linearBackward(R, dx, block.gelu, 4 * D, `h.${l}.mlp.c_proj`, D, dGelu, gradients);
			for (let i = 0; i < R * 4 * D; i++) dGelu[i] *= geluSlope(block.wide[i]);
			this.#linearBackward(R, dGelu, block.norm2, D, `h.${l}.mlp.c_fc`, 4 * D, dNorm, gradients);
			this.#normBackward(R, dNorm, block.middle, `h.${l}.ln_2`, block.statistics2, dx, gradients);
			this.#linearBackward(R, dx, block.mixed, D, `h.${l}.attn.c_proj`, D, dMixed, gradients);
			attendBackward(B, T, H, D, block, dMixed, dQkv);
			this.#linearBackward(R, dQkv, block.norm1, D, `h.${l}.attn.c_attn`, 3 * D, dNorm, gradients);
			this.#normBackward(R, dNorm, block.input, `h.${l}.ln_1`, block.statistics1, dx, gradients);
		}
		for (let r = 0; r < R; r++)
			for (let c = 0; c < D; c++) {
				gradients[wte + ids[r] * D + c] += dx[r * D + c];
				gradients[wpe + (r % T) * D + c] += dx[r * D + c];
			}
	}

	#w(name: string): number {
		const at = this.#at.get(name);
		if (at === undefined) throw new Error(`There is no tensor ${name}.`);
		return at;
	}

	/** to = x W + b, or to += x W + b. x is [R, K], W [K, N]. */
	#linear(R: number, x: Float32Array, K: number, name: string, N: number, to: Float32Array, add = false): void {
		multiply(R, N, K, rows(x, K), rows(this.weights, N, this.#w(`${name}.weight`)), rows(to, N), add);
		const bias = this.#w(`${name}.bias`);
		for (let r = 0; r < R; r++) for (let n = 0; n < N; n++) to[r * N + n] += this.weights[bias + n];
	}

	/** dx = dy W^T; dW += x^T dy; db += the sum of dy's rows. */
	#linearBackward(
		R: number,
		dy: Float32Array,
		x: Float32Array,
		K: number,
		name: string,
		N: number,
		dx: Float32Array,
		gradients: Float32Array,
	): void {
		const weight = this.#w(`${name}.weight`);
		const bias = this.#w(`${name}.bias`);
		multiply(R, K, N, rows(dy, N), transposed(rows(this.weights, N, weight)), rows(dx, K));
		multiply(K, N, R, transposed(rows(x, K)), rows(dy, N), rows(gradients, N, weight), true);
		for (let r = 0; r < R; r++) for (let n = 0; n < N; n++) gradients[bias + n] += dy[r * N + n];
	}

	/** Layer norm (Ba et al. 2016) of every row. */
	#norm(R: number, x: Float32Array, name: string, to: Float32Array, statistics: Float32Array): void {
		const D = this.shape.width;
		const gain = this.#w(`${name}.weight`);
		const bias = this.#w(`${name}.bias`);
		for (let r = 0; r < R; r++) {
			const at = r * D;
			let mean = 0;
			for (let c = 0; c < D; c++) mean += x[at + c];
			mean /= D;
			let variance = 0;
			for (let c = 0; c < D; c++) variance += (x[at + c] - mean) * (x[at + c] - mean);
			const scale = 1 / Math.sqrt(variance / D + EPSILON);
			for (let c = 0; c < D; c++)
				to[at + c] = (x[at + c] - mean) * scale * this.weights[gain + c] + this.weights[bias + c];
			statistics[2 * r] = mean;
			statistics[2 * r + 1] = scale;
		}
	}

	/** dx += what comes back through the norm; the gradients of gain and bias are added up. */
	#normBackward(
		R: number,
		dy: Float32Array,
		x: Float32Array,
		name: string,
		statistics: Float32Array,
		dx: Float32Array,
		gradients: Float32Array,
	): void {
		const D = this.shape.width;
		const gain = this.#w(`${name}.weight`);
		const bias = this.#w(`${name}.bias`);
		for (let r = 0; r < R; r++) {
			const at = r * D;
			const mean = statistics[2 * r];
			const scale = statistics[2 * r + 1];
			let sum = 0;
			let weighted = 0;
			for (let c = 0; c < D; c++) {
				const normed = (x[at + c] - mean) * scale;
				const d = dy[at + c] * this.weights[gain + c];
				sum += d;
				weighted += d * normed;
				gradients[gain + c] += dy[at + c] * normed;
				gradients[bias + c] += dy[at + c];
			}
			for (let c = 0; c < D; c++) {
				const normed = (x[at + c] - mean) * scale;
				dx[at + c] += scale * (dy[at + c] * this.weights[gain + c] - sum / D - (normed * weighted) / D);
			}
		}
	}
}
