import onnxProto from 'onnx-proto';

const {onnx} = onnxProto;
const {AttributeProto, TensorProto} = onnx;
const {AttributeType} = AttributeProto;

/** Element types the graph uses, with ONNX's numbers for them. */
export const ElementType = {float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9} as const;
export type ElementType = keyof typeof ElementType;

/** A value flowing through the graph is known by its name. */
export type Value = string;

/** A tensor kept outside the model's protobuf, so that it reaches the runtime's memory in one copy. */
interface ExternalTensor {
	path: string;
	data: Uint8Array;
}

/** The parts that a session of the runtime is made from. */
export interface OnnxModel {
	/** The graph, a serialised `ModelProto`. */
	proto: Uint8Array;
	weights: ExternalTensor[];
}

type Attribute = number | string | readonly number[] | {float: number} | {graph: onnxProto.onnx.IGraphProto};

/** A value that leaves a graph or a branch of it. */
export interface Output {
	value: Value;
	type: ElementType;
	/** Numbers or symbolic names. */
	dims: readonly (number | string)[];
}

/** Below this a tensor travels inside the protobuf. */
const INLINE_BYTES = 256;

/** Operators that are ONNX Runtime's own. */
const CONTRIBUTED = new Set(['MatMulIntegerToFloat']);
const CONTRIBUTED_DOMAIN = 'com.microsoft';

/** Shared by a graph and its branches: tensors, and the number that makes names unique. */
class Shared {
	readonly initializers: onnxProto.onnx.ITensorProto[] = [];
	readonly weights: ExternalTensor[] = [];
	readonly constants = new Map<string, Value>();
	/** The constants that are int64: axes, bounds and shapes. */
	readonly integers: onnxProto.onnx.IValueInfoProto[] = [];
	nodes = 0;
}

/**
 * Builds an ONNX graph value by value: every method takes the names of its inputs and returns the name of its output, so
 * that a model reads like the formula it is.
 */
export class GraphBuilder {
	readonly #nodes: onnxProto.onnx.INodeProto[] = [];
	readonly #inputs: onnxProto.onnx.IValueInfoProto[] = [];
	readonly #outputs: onnxProto.onnx.IValueInfoProto[] = [];
	readonly #shared: Shared;

	constructor(shared = new Shared()) {
		this.#shared = shared;
	}

	/** A graph input; dimensions are numbers or symbolic names. */
	input(name: string, type: ElementType, dims: readonly (number | string)[]): Value {
		this.#inputs.push(valueInfo(name, type, dims));
		return name;
	}

	/** Declare a value as a graph output under its own name. */
	output(name: Value, type: ElementType, dims: readonly (number | string)[]): void {
		this.#outputs.push(valueInfo(name, type, dims));
	}

	/** A weight tensor, from its raw little-endian bytes. */
	weight(name: string, type: ElementType, dims: readonly number[], data: Float32Array | Int8Array | Uint8Array): Value {
		const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
		const tensor = {name, dataType: ElementType[type], dims: [...dims]};
		if (bytes.byteLength < INLINE_BYTES) {
			this.#shared.initializers.push({...tensor, rawData: bytes});
		} else {
			this.#shared.weights.push({path: name, data: bytes});
			this.#shared.initializers.push({
				...tensor,
				dataLocation: TensorProto.DataLocation.EXTERNAL,
				externalData: [
					{key: 'location', value: name},
					{key: 'offset', value: '0'},
					{key: 'length', value: String(bytes.byteLength)},
				],
			});
		}

		return name;
	}

	/** An int64 constant vector; equal ones are shared. */
	int64(...values: number[]): Value {
		const name = `int64(${values})`;
		if (!this.#shared.constants.has(name)) this.#shared.integers.push(valueInfo(name, 'int64', [values.length]));
		return this.#constant(name, () => ({
			dataType: ElementType.int64,
			dims: [values.length],
			rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
		}));
	}

	/** A float32 scalar constant. */
	float(value: number): Value {
		return this.#constant(`float(${value})`, () => ({
			dataType: ElementType.float32,
			dims: [],
			rawData: new Uint8Array(Float32Array.of(value).buffer),
		}));
	}

	/** A float32 constant; its name says which, and equal ones are shared: their values are computed once. */
	floats(name: string, dims: readonly number[], values: () => ArrayLike<number>): Value {
		return this.#constant(name, () => ({
			dataType: ElementType.float32,
			dims: [...dims],
			rawData: new Uint8Array(Float32Array.from(values()).buffer),
		}));
	}

	/** A uint8 scalar constant. */
	uint8(value: number): Value {
		return this.#constant(`uint8(${value})`, () => ({
			dataType: ElementType.uint8,
			dims: [],
			rawData: Uint8Array.of(value),
		}));
	}

	#constant(name: string, tensor: () => onnxProto.onnx.ITensorProto): Value {
		if (!this.#shared.constants.has(name)) {
			this.#shared.constants.set(name, name);
			this.#shared.initializers.push({name, ...tensor()});
		}

		return name;
	}

	/** A node with one output; `name` names it, which graph outputs need. */
	op(type: string, inputs: readonly Value[], attributes: Record<string, Attribute> = {}, name?: Value): Value {
		return this.ops(type, inputs, [name ?? `${type}_${this.#shared.nodes}`], attributes)[0];
	}

	/** A node with several outputs. */
	ops(
		type: string,
		inputs: readonly Value[],
		outputs: readonly Value[],
		attributes: Record<string, Attribute> = {},
	): readonly Value[] {
		this.#nodes.push({
			opType: type,
			name: `${type}_${this.#shared.nodes++}`,
			domain: CONTRIBUTED.has(type) ? CONTRIBUTED_DOMAIN : '',
			input: [...inputs],
			output: [...outputs],
			attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
		});
		return outputs;
	}

	/**
	 * Graph outputs that are computed only where a condition (one bool) holds; elsewhere they are empty.
	 * @param compute builds the branch, in which every value of this graph can be used, and returns the values that leave it, by the names of the outputs.
	 */
	when(condition: Value, compute: (branch: GraphBuilder) => Record<Value, Output>): void {
		const [branch, otherwise] = [new GraphBuilder(this.#shared), new GraphBuilder(this.#shared)];
		const outputs = compute(branch);
		for (const [name, {value, type, dims}] of Object.entries(outputs)) {
			branch.output(value, type, dims);
			this.output(name, type, dims);
			const none = this.#constant(`none(${type})`, () => ({dataType: ElementType[type], dims: [0]}));
			otherwise.output(otherwise.op('Identity', [none], {}, `${name}.none`), type, [0]);
		}

		this.ops('If', [condition], Object.keys(outputs), {
			then_branch: {graph: branch.#graph('then')},
			else_branch: {graph: otherwise.#graph('else')},
		});
	}

	/**
	 * Compute the same for 0, 1, ... `count` - 1 (one int64) and stack the outputs of all rounds along a new first axis.
	 * @param compute builds one round, in which every value of this graph can be used; its outputs have one shape in all rounds.
	 */
	loop(count: Value, compute: (round: GraphBuilder, index: Value) => Record<Value, Output>): void {
		const round = new GraphBuilder(this.#shared);
		const name = `Loop_${this.#shared.nodes++}`;
		const index = round.input(`${name}.index`, 'int64', []);
		const goOn = round.input(`${name}.go_on`, 'bool', []);
		round.output(round.op('Identity', [goOn]), 'bool', []);
		const outputs = compute(round, index);
		for (const {value, type, dims} of Object.values(outputs)) round.output(value, type, dims);
		this.ops('Loop', [count, ''], Object.keys(outputs), {body: {graph: round.#graph(name)}});
	}

	#graph(name: string): onnxProto.onnx.IGraphProto {
		return {name, node: this.#nodes, input: this.#inputs, output: this.#outputs};
	}

	/**
	 * Serialise. The builder is not used again: its weights are handed over, not copied.
	 * @param options.shapes whether the runtime is told what shapes follow from. When it starts a session, ONNX Runtime looks
	 * for values of one shape that can share memory, and for that compares every value whose shape it knows in part with all
	 * before it, which for a thousand nodes takes as long as everything else. Without shapes it takes memory when it runs.
	 */
	build({shapes = true} = {}): OnnxModel {
		const graph = this.#graph('shared-prefix-gpt2');
		const {initializers, integers, weights} = this.#shared;
		const told = shapes
			? graph
			: // What is an input too can be given another value: nothing follows from it before a run.
				{...graph, input: [...graph.input!.map(shapeless), ...integers], output: graph.output!.map(shapeless)};
		const model = onnx.ModelProto.create({
			irVersion: 9,
			producerName: 'next-token-lens',
			opsetImport: [
				{domain: '', version: 20},
				{domain: CONTRIBUTED_DOMAIN, version: 1},
			],
			graph: {...told, initializer: initializers},
		});
		return {proto: onnx.ModelProto.encode(model).finish(), weights};
	}
}

const shapeless = ({name, type}: onnxProto.onnx.IValueInfoProto): onnxProto.onnx.IValueInfoProto => ({
	name,
	type: {tensorType: {elemType: type!.tensorType!.elemType}},
});

function valueInfo(
	name: string,
	type: ElementType,
	dims: readonly (number | string)[],
): onnxProto.onnx.IValueInfoProto {
	const dim = dims.map(d => (typeof d === 'number' ? {dimValue: d} : {dimParam: d}));
	return {name, type: {tensorType: {elemType: ElementType[type], shape: {dim}}}};
}

function attribute(name: string, value: Attribute): onnxProto.onnx.IAttributeProto {
	if (typeof value === 'number') return {name, type: AttributeType.INT, i: value};
	if (typeof value === 'string') return {name, type: AttributeType.STRING, s: new TextEncoder().encode(value)};
	if ('graph' in value) return {name, type: AttributeType.GRAPH, g: value.graph};
	if ('float' in value) return {name, type: AttributeType.FLOAT, f: value.float};
	return {name, type: AttributeType.INTS, ints: [...value]};
}
