import {existsSync} from 'node:fs';

const CANDIDATES = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** Path of the Firefox to drive: `FIREFOX` when set, else the system's; undefined where there is none. */
export const firefoxPath = (): string | undefined =>
	[process.env.FIREFOX, ...CANDIDATES].find(path => path !== undefined && existsSync(path));
