import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vitest/config';

const ROOT = new URL('../../', import.meta.url);

/** Every unit test can judge a mutant; which ones do, scripts/mutate.ts says. */
export default defineConfig({
	root: fileURLToPath(ROOT),
	test: {
		globalSetup: 'test/helpers/compile-kernels.ts',
		include: ['test/unit/**/*.test.{ts,tsx}'],
		testTimeout: 20_000,
		hookTimeout: 60_000,
		alias: {'webextension-polyfill': new URL('test/helpers/browser-stub.ts', ROOT).pathname},
	},
});
