import type {Tensor} from './declare.ts';
import type {Precision} from './precision.ts';

/** A forward pass as a list of operations, before it has a place in memory. */

/** What one operation writes and others read: [rows, width] float32. */
export interface Value {
	readonly id: number;
	readonly width: number;
}

/** A word of an instruction: a whole number, a float, or the address of something that has no place yet. */
export type Word =
	| number
	| {readonly float: number}
	| {readonly value: Value; readonly from?: number}
	| {readonly tensor: Tensor}
	| {readonly scalesOf: Tensor}
	| {readonly rotation: number}
	/** Bytes, by the precision of the weights. */
	| {readonly bytes: Readonly<Record<Precision, number>>};

/** Its words are those that the file of the operation in `kernels/assembly` names; [0] is the operation. */
export type Instruction = readonly Word[];

/** A forward pass; its places are instructions where a value can be looked at and changed. */
export interface Program {
	readonly instructions: readonly Instruction[];
	/** Every tensor that it reads, once, in the order in which they are first read. */
	readonly tensors: readonly Tensor[];
	/** Width of the residual stream. */
	readonly width: number;
	readonly classes: number;
	/** Bytes of a page of the cache, all layers together, by the precision of the weights. */
	readonly pageBytes: Readonly<Record<Precision, number>>;
	/** Inverse frequencies of rotary positions, a set for each kind of layer. */
	readonly rotations: readonly Float32Array[];
	/** Places of the residual stream: before the first block, and after every one. */
	readonly residuals: readonly number[];
	/** Instructions by the name of the part of a block: `3.heads`, `3.attention`, `3.mlp`; the place after it is the next one. */
	readonly parts: ReadonlyMap<string, number>;
	/** Of each block, its attention; the place before it is that of its queries, as it reads them. */
	readonly attentions: readonly number[];
	/** The norm before the head, with which classifying begins. */
	readonly head: number;
	/** The head's matrix. */
	readonly classifier: Tensor;
}
