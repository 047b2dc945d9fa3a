import {build} from 'vite';
import type {Browser} from '../../scripts/manifests.ts';

const builds = new Map<Browser, Promise<unknown>>();

/** Resolves when the extension is built from the sources as they are: once in a run of the bench, for all its parts. */
export async function built(browser: Browser): Promise<void> {
	const building =
		builds.get(browser) ?? build({mode: browser === 'firefox' ? browser : 'production', logLevel: 'warn'});
	builds.set(browser, building);
	await building;
}
