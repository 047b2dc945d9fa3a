import {RefusedError} from '../../engine/errors/refusal.ts';

/** What can go wrong with getting and keeping models; programs switch on this code. */
export type LibraryErrorCode =
	/** The network is switched off in the settings. */
	| 'offline'
	/** The network or the Hub does not answer; trying again may help. */
	| 'network'
	/** The Hub answers, and refuses, or answers something unexpected. */
	| 'hub'
	/** The storage is full. */
	| 'no-room'
	/** The request names something that does not exist, or cannot be done. */
	| 'bad-request';

/** Why a model cannot be got or kept. */
export class LibraryError extends RefusedError<LibraryErrorCode> {
	override readonly name = 'LibraryError';
}
