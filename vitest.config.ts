import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		projects: [
			{
				test: {
					name: 'unit',
					include: ['test/unit/**/*.test.{ts,tsx}'],
					testTimeout: 60_000,
					hookTimeout: 60_000,
					alias: {'webextension-polyfill': new URL('test/helpers/browser-stub.ts', import.meta.url).pathname},
				},
			},
			{
				test: {
					name: 'e2e',
					include: ['test/e2e/**/*.test.ts'],
					exclude: ['test/e2e/hostile/**'],
					// One browser and one display at a time: a real right-click needs the whole screen.
					fileParallelism: false,
					// A real desktop can take a click for itself (a window that closes, a key that comes too soon). What
					// fails twice is a fault.
					retry: 1,
					testTimeout: 120_000,
					hookTimeout: 120_000,
				},
			},
			{
				test: {
					name: 'hostile',
					// Headless, a browser for each file: as many at once as there are cores to spare.
					include: ['test/e2e/hostile/**/*.test.ts'],
					retry: 1,
					testTimeout: 60_000,
					hookTimeout: 120_000,
				},
			},
		],
	},
});
