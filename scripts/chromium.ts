import {accessSync, constants} from 'node:fs';
import {chromium} from 'playwright-core';

/** Flags that keep Chromium quiet: no first-run pages, no network of its own. */
export const QUIET_FLAGS = [
	'--no-first-run',
	'--no-default-browser-check',
	'--disable-gpu',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--disable-quic',
	'--disable-search-engine-choice-screen',
	// Chromium's sandbox refuses to run as root; only then is it turned off.
	...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome-for-testing'];

/** Path of the Chromium to drive: `CHROMIUM` when set, else the system's. Chrome itself ignores `--load-extension`. */
export const chromiumPath = (): string => {
	const found = [process.env.CHROMIUM, ...CANDIDATES].find(path => {
		try {
			accessSync(path ?? '', constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
	if (!found)
		throw new Error('Chromium was not found. Install Debian’s package "chromium", or set CHROMIUM to its path.');
	return found;
};

/** A plain headless Chromium, without the extension. */
export const launchHeadless = () =>
	chromium.launch({executablePath: chromiumPath(), args: [...QUIET_FLAGS, '--headless=new'], headless: true});
