import {signal} from '@preact/signals';
import type {SettingsStore} from '../../src/client/settings/storage.ts';
import {NEUTRAL_GENERATION} from '../../src/engine/parameters/registry.ts';
import {CHAPTERS} from '../../src/features/walkthrough/chapters.ts';
import {type AddressBar, openAddress} from '../../src/features/walkthrough/state/address.ts';
import {createWalk} from '../../src/features/walkthrough/state/walk.ts';
import {FakeEngine} from './fake-engine.ts';

/** An address bar that goes where it is told, and says so. */
export function fakeBar(hash = '') {
	const listeners = new Set<() => void>();
	const went: string[] = [];
	const location = {hash, href: `chrome-extension://id/walk.html${hash}`};
	const go = (kind: string) => (_state: unknown, _title: string, url?: string | URL | null) => {
		location.hash = String(url);
		location.href = `chrome-extension://id/walk.html${url}`;
		went.push(`${kind} ${url}`);
	};
	const fake: AddressBar = {
		location,
		history: {pushState: go('push'), replaceState: go('replace')},
		addEventListener: (_type, listener) => listeners.add(listener),
		removeEventListener: (_type, listener) => listeners.delete(listener),
	};
	return {
		fake,
		went,
		/** The reader follows a link, or goes back. */
		follow(hash: string) {
			location.hash = hash;
			for (const listener of listeners) listener();
		},
		listening: () => listeners.size,
	};
}

/** The walk at an address, with an engine that answers when the test says so. */
export function fakeWalk(hash: string, page: number | null = null) {
	const bar = fakeBar(hash);
	const engine = new FakeEngine();
	const address = openAddress(
		bar.fake,
		CHAPTERS.map(({id}) => id),
		{handedOver: null, example: 'An example'},
	);
	const settings = {
		settings: signal({generation: NEUTRAL_GENERATION, loopKeys: true}),
		dispose() {},
	} as unknown as SettingsStore;
	return {...bar, engine, address, walk: createWalk(engine, address, settings, {page})};
}
