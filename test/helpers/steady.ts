import fc from 'fast-check';
import {vi} from 'vitest';

/** Before every test file: the same cases in every run, and patience, since a busy machine takes its time. */

// With another seed properties are tried on other cases.
fc.configureGlobal({seed: Number(process.env.PROPERTY_SEED ?? 1)});

/** How long a test waits for a thread, a file or a connection. */
const PATIENCE = 30_000;
const patient = <Options extends object>(options?: number | Options) =>
	typeof options === 'number' ? options : {timeout: PATIENCE, ...options};

// Vitest itself waits for a second.
const {waitFor, waitUntil} = vi;
vi.waitFor = (callback, options) => waitFor(callback, patient(options));
vi.waitUntil = (callback, options) => waitUntil(callback, patient(options));
