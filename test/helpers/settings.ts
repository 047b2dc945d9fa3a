import type {Worker} from 'playwright-core';
import {DEFAULT_SETTINGS, type Settings} from '../../src/client/settings/settings.ts';
import {writtenForm} from '../../src/client/settings/written.ts';
import type {Generation} from '../../src/engine/parameters/registry.ts';

/** Stores settings as the options page would, with some parameters of generation of the test's own. */
export const storeGeneration = (
	worker: Worker,
	generation: Partial<Generation>,
	others: Partial<Settings> = {},
): Promise<void> =>
	worker.evaluate(
		settings => chrome.storage.sync.set({settings}),
		writtenForm({...DEFAULT_SETTINGS, ...others, ...generation}),
	);
