import {type Refusal, RefusedError, technical} from '../refusals/refusal.ts';

/** A request that does not follow the protocol; the refusals name the value and the fault. */
export class RequestError extends RefusedError<'bad-request'> {
	override readonly name = 'RequestError';

	constructor(why: string | readonly Refusal[]) {
		super('bad-request', typeof why === 'string' ? technical(why) : why);
	}
}
