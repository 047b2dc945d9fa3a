import {type Refusal, sentenceOf, technical} from '../refusals/refusal.ts';

/** A request that does not follow the protocol; the refusals name the value and the fault. */
export class RequestError extends Error {
	override readonly name = 'RequestError';
	readonly code = 'bad-request';
	readonly refusals: readonly Refusal[];

	constructor(why: string | readonly Refusal[]) {
		const refusals = typeof why === 'string' ? [technical(why)] : why;
		super(sentenceOf(refusals));
		this.refusals = refusals;
	}
}
