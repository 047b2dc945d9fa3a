/** Whether two values are the same as JSON: the session's storage gives objects back with their keys in another order. */
export const isSameJson = (a: unknown, b: unknown): boolean => sortedJson(a) === sortedJson(b);

const sortedJson = (value: unknown): string | undefined =>
	JSON.stringify(value, (_key, value) =>
		typeof value === 'object' && value !== null && !Array.isArray(value)
			? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
			: value,
	);
