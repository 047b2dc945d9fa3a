import {expect} from 'vitest';

/** A message as it arrives over a port, which carries JSON: nothing may be lost on the way, such as an infinite number. */
export function carried<T>(message: T): T {
	const arrived = JSON.parse(JSON.stringify(message));
	expect(arrived).toEqual(message);
	return arrived;
}
