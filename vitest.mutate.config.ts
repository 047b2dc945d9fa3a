import {defineConfig} from 'vitest/config';

/** Every unit test can judge a mutant; which ones do, scripts/mutate.ts says. */
export default defineConfig({
	test: {
		globalSetup: 'test/helpers/compile-kernels.ts',
		include: ['test/unit/**/*.test.{ts,tsx}'],
		testTimeout: 20_000,
		hookTimeout: 60_000,
		alias: {'webextension-polyfill': new URL('test/helpers/browser-stub.ts', import.meta.url).pathname},
	},
});
