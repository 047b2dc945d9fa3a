/** A JSON string is a Python string too. */
export const pythonLiteral = (value: unknown): string => {
	if (typeof value === 'boolean') return value ? 'True' : 'False';
	if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
	return JSON.stringify(value);
};

/** A number that transformers takes as a fraction: it refuses `2`, and takes `2.0`. */
export const fraction = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));
