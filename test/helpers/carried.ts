/** A message as it arrives over a port, which carries JSON. @throws Error for a number that JSON does not have. */
export const carried = <T>(message: T): T =>
	JSON.parse(
		JSON.stringify(message, (key, value) => {
			if (typeof value === 'number' && !Number.isFinite(value))
				throw new Error(`A port cannot carry ${key}: ${value}.`);
			return value;
		}),
	);
