import {type Refusal, sentenceOf} from '../refusals/refusal.ts';

/** What can go wrong with getting and keeping models, as a program can switch on it. */
export type LibraryErrorCode =
	/** The network is switched off in the settings. */
	| 'offline'
	/** The network or the Hub does not answer; trying again may help. */
	| 'network'
	/** The Hub answers, and says no, or something else than what was asked for. */
	| 'hub'
	/** The storage is full. */
	| 'no-room'
	/** The request names what is not there, or cannot be done. */
	| 'bad-request';

/** An error whose refusals say what to do; `message` is their English. */
export class LibraryError extends Error {
	override readonly name = 'LibraryError';
	readonly refusals: readonly Refusal[];

	constructor(
		readonly code: LibraryErrorCode,
		why: Refusal | readonly Refusal[],
		options?: ErrorOptions,
	) {
		const refusals = [why].flat();
		super(sentenceOf(refusals), options);
		this.refusals = refusals;
	}
}
