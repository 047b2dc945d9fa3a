import * as v from 'valibot';
import type {Refusal} from '../../engine/errors/refusal.ts';
import {Refusals} from '../../protocol/values/refused.ts';

/**
 * A download as a state machine. The state is written down before it is acted on, so that a download that was interrupted
 * anywhere goes on from what its record says.
 */
export const DownloadState = v.variant('phase', [
	/** Its files come, as far as the network gives them. */
	v.object({phase: v.literal('fetching')}),
	v.object({phase: v.literal('paused')}),
	/** All files are here, and become a model. That is not interrupted; what a person wants meanwhile is done after it. */
	v.object({phase: v.literal('sealing'), after: v.picklist(['stored', 'paused', 'discarded'])}),
	v.object({phase: v.literal('stored')}),
	v.object({phase: v.literal('failed'), refusals: Refusals as v.GenericSchema<readonly Refusal[]>}),
	v.object({phase: v.literal('discarded')}),
]);
export type DownloadState = v.InferOutput<typeof DownloadState>;

export type DownloadEvent =
	/** What a person does. */
	| {type: 'pause'}
	| {type: 'resume'}
	| {type: 'discard'}
	/** All files have come and were checked. */
	| {type: 'fetched'}
	/** The model is there. */
	| {type: 'sealed'}
	| {type: 'failed'; refusals: readonly Refusal[]}
	/** The library starts, and finds the download as it was left. */
	| {type: 'restarted'};

const FETCHING: DownloadState = {phase: 'fetching'};
const PAUSED: DownloadState = {phase: 'paused'};
const STORED: DownloadState = {phase: 'stored'};
const DISCARDED: DownloadState = {phase: 'discarded'};

/** The state after an event; the same object where the event changes nothing. */
export function next(state: DownloadState, event: DownloadEvent): DownloadState {
	switch (state.phase) {
		case 'stored':
		case 'discarded':
			return state;
		case 'sealing':
			return whileSealing(state, event);
	}

	switch (event.type) {
		case 'discard':
			return DISCARDED;
		case 'sealed':
			return STORED;
		case 'resume':
			return state.phase === 'fetching' ? state : FETCHING;
		case 'pause':
			return state.phase === 'fetching' ? PAUSED : state;
		case 'fetched':
			return state.phase === 'fetching' ? {phase: 'sealing', after: 'stored'} : state;
		case 'failed':
			return state.phase === 'fetching' ? failedWith(event.refusals) : state;
		case 'restarted':
			return state;
	}
}

function whileSealing(state: DownloadState & {phase: 'sealing'}, event: DownloadEvent): DownloadState {
	const wish = (after: typeof state.after): DownloadState =>
		// What was discarded stays so.
		state.after === after || state.after === 'discarded' ? state : {phase: 'sealing', after};
	switch (event.type) {
		case 'pause':
			return wish('paused');
		case 'resume':
			return wish('stored');
		case 'discard':
			return wish('discarded');
		case 'fetched':
			return state;
		case 'sealed':
			// There is nothing left to pause.
			return state.after === 'discarded' ? DISCARDED : STORED;
		case 'failed':
			return {stored: failedWith(event.refusals), paused: PAUSED, discarded: DISCARDED}[state.after];
		case 'restarted':
			return {stored: FETCHING, paused: PAUSED, discarded: DISCARDED}[state.after];
	}
}

const failedWith = (refusals: readonly Refusal[]): DownloadState => ({phase: 'failed', refusals});
