import fc from 'fast-check';
import * as v from 'valibot';
import {describe, expect, test} from 'vitest';
import {refuse} from '../../../../src/engine/errors/refusal.ts';
import {type DownloadEvent, DownloadState, next} from '../../../../src/service/library/download-state.ts';

/** Every event in every state: what a person may count on. */

const refusals = [refuse('storage-full')];
const EVENTS: DownloadEvent[] = [
	{type: 'pause'},
	{type: 'resume'},
	{type: 'discard'},
	{type: 'fetched'},
	{type: 'sealed'},
	{type: 'failed', refusals},
	{type: 'restarted'},
];
const FAILED: DownloadState = {phase: 'failed', refusals};
const sealing = (after: 'stored' | 'paused' | 'discarded'): DownloadState => ({phase: 'sealing', after});
const state = (name: string): DownloadState =>
	name === 'failed'
		? FAILED
		: name.startsWith('sealing')
			? sealing(name.slice(8) as 'stored')
			: ({phase: name} as DownloadState);

/** Columns as `EVENTS`; a dot where nothing changes. */
const TABLE = `
fetching          paused         .              discarded         sealing:stored stored    failed    .
paused            .              fetching       discarded         .              stored    .         .
sealing:stored    sealing:paused .              sealing:discarded .              stored    failed    fetching
sealing:paused    .              sealing:stored sealing:discarded .              stored    paused    paused
sealing:discarded .              .              .                 .              discarded discarded discarded
failed            .              fetching       discarded         .              stored    .         .
stored            .              .              .                 .              .         .         .
discarded         .              .              .                 .              .         .         .`;
const ROWS = TABLE.trim()
	.split('\n')
	.map(line => line.trim().split(/\s+/));

describe.each(ROWS)('%s', (from, ...to) => {
	test.each(EVENTS.map((event, i) => [event.type, to[i], event] as const))('%s → %s', (_, expected, event) => {
		const before = state(from);
		const after = next(before, event);
		if (expected === '.') expect(after).toBe(before);
		else expect(after).toEqual(state(expected));
		expect(v.parse(DownloadState, JSON.parse(JSON.stringify(after)))).toEqual(after);
	});
});

test('the table has every state', () => {
	expect(ROWS).toHaveLength(8);
	expect(new Set(ROWS.map(([from]) => state(from).phase)).size).toBe(DownloadState.options.length);
});

test('whatever happens, what was discarded or stored stays so, and a discarded one is never stored', () => {
	fc.assert(
		fc.property(fc.array(fc.constantFrom(...EVENTS), {maxLength: 30}), events => {
			let at: DownloadState = {phase: 'fetching'};
			let isGivenUp = false;
			for (const event of events) {
				const before = at;
				at = next(before, event);
				if (before.phase === 'stored' || before.phase === 'discarded') expect(at).toBe(before);
				isGivenUp ||= event.type === 'discard' && before.phase !== 'stored';
				if (isGivenUp) expect(['sealing', 'discarded']).toContain(at.phase);
			}
		}),
	);
});
