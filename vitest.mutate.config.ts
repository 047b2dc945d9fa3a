import {defineConfig} from 'vitest/config';

/** The tests that tell mutants from the original: all of engine and settings that need no WASM session, which takes seconds. */
export default defineConfig({
	test: {
		include: [
			'test/unit/engine/{checkpoint,generation,onnx,scoring}/**/*.test.ts',
			'test/unit/settings/**/*.test.ts',
			'test/unit/options/draft.test.ts',
		],
		exclude: [
			'test/unit/engine/generation/{real-model,transformers-js}.test.ts',
			'test/unit/engine/scoring/passage.test.ts',
		],
		testTimeout: 10_000,
	},
});
