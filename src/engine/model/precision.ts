/** How matrices are kept: int8 with a scale for each output, or float32. */
export type Precision = 'int8' | 'fp32';
