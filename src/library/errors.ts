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

/** An error whose message is a sentence with what to do. */
export class LibraryError extends Error {
	override readonly name = 'LibraryError';

	constructor(
		readonly code: LibraryErrorCode,
		message: string,
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}
