import browser from 'webextension-polyfill';
import {serveEngine} from '../../service/host/serve-engine.ts';
import type {Platform} from './platform.ts';

/**
 * Firefox suspends a background page that has called no browser API for 30 seconds, and its worker with it
 * (`extensions.background.idle.timeout`), so one is called more often than that while the engine has something to do.
 */
const KEEP_ALIVE_MILLISECONDS = 10_000;

let keepAlive: ReturnType<typeof setInterval> | undefined;

export const platform: Platform = {
	/** Firefox has no offscreen documents; its background page can own the worker. */
	hostEngineHere(ask) {
		serveEngine({
			ask,
			onActive() {
				keepAlive ??= setInterval(() => void browser.runtime.getPlatformInfo(), KEEP_ALIVE_MILLISECONDS);
			},
			onIdle(host) {
				clearInterval(keepAlive);
				keepAlive = undefined;
				host.stop();
			},
		});
	},
	backgroundCanAsk: false,
	// Firefox has no such switch yet.
	closeLocalStorage() {},
	// A question wakes the background page, and the engine starts with it.
	async ensureEngine() {},
	async closeEngine() {},
	isEngineDocument: () => false,
	// It opens in the window that was clicked in: Firefox opens no other.
	openPanel: () => browser.sidebarAction.open(),
	isPanelOpen: windowId => browser.sidebarAction.isOpen(windowId === undefined ? {} : {windowId}),
};
