import {vi} from 'vitest';

/** Before every test file: patience, since a busy machine takes its time. */

/** How long a test waits for a thread, a file or a connection. */
const PATIENCE = 30_000;
const patient = <Options extends object>(options?: number | Options) =>
	typeof options === 'number' ? options : {timeout: PATIENCE, ...options};

// Vitest itself waits for a second.
const {waitFor, waitUntil} = vi;
vi.waitFor = (callback, options) => waitFor(callback, patient(options));
vi.waitUntil = (callback, options) => waitUntil(callback, patient(options));
