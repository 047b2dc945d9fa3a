import {signal} from '@preact/signals';
import type {Settings} from '../../src/client/settings/settings.ts';
import {openSettings} from '../../src/client/settings/storage.ts';
import type {Generation} from '../../src/engine/parameters/registry.ts';
import {type App, createApp} from '../../src/entrypoints/popup/app.ts';
import {openSession, type View} from '../../src/features/prompt/session.ts';
import type {Ahead} from '../../src/protocol/messages/inbox.ts';
import {FakeEngine} from './fake-engine.ts';
import {FakeStorage, oneByOne} from './fake-storage.ts';

export interface FakeApp {
	app: App;
	engine: FakeEngine;
	session: FakeStorage;
	sync: FakeStorage;
}

/** The popup's inside with an engine in the hands of the test; `session` and `sync` may be those of an earlier visit. */
export async function openApp({
	view = 'popup' as View,
	session = new FakeStorage(),
	sync = new FakeStorage(),
	wide = false,
	ahead = null as Pick<Ahead, 'params' | 'answer'> | null,
} = {}): Promise<FakeApp> {
	const engine = new FakeEngine();
	const settings = openSettings(sync, oneByOne);
	await settings.ready;
	const app = createApp({view, engine, settings, session: await openSession(view, session), wide: signal(wide), ahead});
	return {app, engine, session, sync};
}

/** Settings with some parameters of generation changed. */
export const withGeneration = (settings: Settings, changes: Partial<Generation>): Settings => ({
	...settings,
	...changes,
});
