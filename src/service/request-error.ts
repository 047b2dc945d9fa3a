import {type Refusal, RefusedError} from '../engine/errors/refusal.ts';

/** A request that does not follow the protocol; the refusals name the value and the fault. */
export class RequestError extends RefusedError<'bad-request'> {
	override readonly name = 'RequestError';

	constructor(why: Refusal | readonly Refusal[]) {
		super('bad-request', why);
	}
}
