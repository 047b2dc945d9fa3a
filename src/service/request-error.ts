/** A request that does not follow the protocol; the message says what was wrong with which value. */
export class RequestError extends Error {
	override readonly name = 'RequestError';
	readonly code = 'bad-request';
}
