/** A request that does not follow the protocol; the message names the value and the fault. */
export class RequestError extends Error {
	override readonly name = 'RequestError';
	readonly code = 'bad-request';
}
