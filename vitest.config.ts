import {readdirSync, readFileSync} from 'node:fs';
import {defineConfig} from 'vitest/config';

/** Files of `test/e2e` that drive a real desktop, by mouse and keys: those that take its helpers. */
const ON_A_DESKTOP = readdirSync('test/e2e')
	.filter(name => name.endsWith('.test.ts'))
	.map(name => `test/e2e/${name}`)
	.filter(file => /from '\.\.\/helpers\/(?:desktop|desktop-session|right-click)\.ts'/.test(readFileSync(file, 'utf8')));

/** What a browser shows comes when its engine has answered: on a slow machine, after seconds. */
const PATIENT = {poll: {timeout: 60_000}};

export default defineConfig({
	test: {
		projects: [
			{
				test: {
					name: 'bench',
					setupFiles: 'test/helpers/steady.ts',
					include: ['test/bench/test/*.test.ts'],
					testTimeout: 60_000,
				},
			},
			{
				test: {
					name: 'unit',
					globalSetup: 'test/helpers/compile-kernels.ts',
					setupFiles: 'test/helpers/steady.ts',
					include: ['test/unit/**/*.test.{ts,tsx}'],
					testTimeout: 120_000,
					hookTimeout: 120_000,
					alias: {'webextension-polyfill': new URL('test/helpers/browser-stub.ts', import.meta.url).pathname},
				},
			},
			{
				test: {
					name: 'long',
					// Minutes of one core: only `npm run test:all` runs them.
					include: ['test/long/**/*.test.ts'],
				},
			},
			{
				test: {
					name: 'browser',
					include: ['test/e2e/*.test.ts'],
					exclude: ON_A_DESKTOP,
					// One browser at a time: most of these tests open a model in it.
					fileParallelism: false,
					testTimeout: 240_000,
					hookTimeout: 240_000,
					expect: PATIENT,
				},
			},
			{
				test: {
					name: 'desktop',
					include: ON_A_DESKTOP,
					// A real right-click needs the whole screen.
					fileParallelism: false,
					// A real desktop can take a click for itself (a window that closes, a key that comes too soon). What
					// fails twice is a fault, and `scripts/second-tries.ts` names what was tried twice.
					retry: 1,
					testTimeout: 240_000,
					hookTimeout: 240_000,
					expect: PATIENT,
				},
			},
			{
				test: {
					name: 'hostile',
					// Headless, a browser for each file: as many at once as there are cores to spare.
					include: ['test/e2e/hostile/**/*.test.ts'],
					testTimeout: 120_000,
					hookTimeout: 120_000,
					expect: PATIENT,
				},
			},
		],
	},
});
