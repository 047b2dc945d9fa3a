/** How tensors of a GGUF file are written, and how they lie. */

interface Block {
	/** Elements of a block, and its bytes. */
	elements: number;
	bytes: number;
}

/** Types whose elements share scales in blocks. */
export const BLOCKS = {
	Q4_0: {elements: 32, bytes: 18},
	Q4_1: {elements: 32, bytes: 20},
	Q5_0: {elements: 32, bytes: 22},
	Q5_1: {elements: 32, bytes: 24},
	Q8_0: {elements: 32, bytes: 34},
	Q2_K: {elements: 256, bytes: 84},
	Q3_K: {elements: 256, bytes: 110},
	Q4_K: {elements: 256, bytes: 144},
	Q5_K: {elements: 256, bytes: 176},
	Q6_K: {elements: 256, bytes: 210},
} as const satisfies Record<string, Block>;
export type BlockType = keyof typeof BLOCKS;

export const isBlockType = (type: string): type is BlockType => Object.hasOwn(BLOCKS, type);

/** How a tensor lies, where that is not how it lies in Hugging Face's checkpoint. */
export interface Laid {
	/** The rows of each head are in pairs, as llama.cpp turns them: of so many heads. */
	paired?: number;
	/** Queries, keys and values follow each other; in Hugging Face's they do in each head: of so many heads. */
	split?: number;
	/** [outputs, inputs], where Hugging Face's is [inputs, outputs]. */
	transposed?: true;
	/** What the family adds to a gain has been added. */
	added?: true;
}
