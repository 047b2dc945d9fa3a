/**
 * The contribution of each dimension to a class's logit, [D]: the products whose sum the dot product is.
 * @param hidden the hidden state that the head classifies, [D]. With int8 weights it is rounded to two bytes, too little for the sum
 *   to notice.
 * @param row the class's row of weights, [D].
 */
export const contributions = (hidden: Float32Array, row: Float32Array): Float64Array =>
	Float64Array.from(hidden, (value, i) => value * row[i]);
