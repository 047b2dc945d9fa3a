import type {GraphBuilder, Value} from './graph-builder.ts';

/**
 * Activations and weights, turned alike. A layer norm's output has channels far larger than the rest, and the largest decides
 * how coarse a byte's steps are for the whole row. An orthogonal matrix H leaves a product as it is, x W = (x H)(Hᵀ W), and
 * a Hadamard matrix, whose elements are all equally large, spreads every channel over all of its block: then no step is
 * wasted on one of them (Ashkboos et al. 2024, "QuaRot: Outlier-Free 4-Bit Inference in Rotated LLMs"). In blocks of 64
 * channels that costs little; the weights are turned once, before they are quantised.
 */

const LARGEST_BLOCK = 64;

/**
 * Channels of a block: a power of two that divides their number. There are two blocks at least, since ONNX Runtime rounds a product
 * of a single row otherwise than one of several, and a single position is a row of each block.
 */
function blockOf(channels: number): number {
	let block = 1;
	while (block < LARGEST_BLOCK && channels % (4 * block) === 0) block *= 2;
	return block;
}

/** Turn a matrix [K, N] in place, down its K inputs: Hᵀ W. */
export function rotateInputs(matrix: Float32Array, inputs: number, outputs: number): void {
	rotateBlocks(matrix, inputs, outputs, blockOf(inputs));
}

/** Turn activations [R, channels] likewise: x H. */
export function rotated(g: GraphBuilder, x: Value, channels: number): Value {
	const block = blockOf(channels);
	if (block === 1) return x;
	const rows = g.op('Reshape', [x, g.int64(-1, block)]);
	const turned = g.op('MatMul', [rows, g.floats(`hadamard(${block})`, [block, block], () => hadamard(block))]);
	return g.op('Reshape', [turned, g.int64(-1, channels)]);
}

/** H of one block: the identity, turned. */
function hadamard(block: number): Float32Array {
	const H = new Float32Array(block * block);
	for (let i = 0; i < block; i++) H[i * block + i] = 1;
	rotateBlocks(H, block, block, block);
	return H;
}

/** The fast Walsh-Hadamard transform of every block of rows, all columns at once. It is its own inverse. */
function rotateBlocks(matrix: Float32Array, rows: number, columns: number, block: number): void {
	for (let apart = 1; apart < block; apart *= 2) {
		for (let row = 0; row < rows; row++) {
			if (row & apart) continue;
			const [upper, lower] = [row * columns, (row + apart) * columns];
			for (let column = 0; column < columns; column++) {
				const [a, b] = [matrix[upper + column], matrix[lower + column]];
				matrix[upper + column] = a + b;
				matrix[lower + column] = a - b;
			}
		}
	}

	const length = Math.sqrt(block);
	for (let i = 0; i < matrix.length; i++) matrix[i] /= length;
}
