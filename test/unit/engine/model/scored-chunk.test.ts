import {expect, test} from 'vitest';
import type {ModelConfig} from '../../../../src/engine/model/causal-lm.ts';
import {CHUNK, scoredChunk} from '../../../../src/engine/model/chunks.ts';

/** Nobody is answered while a part of a passage is scored, so the parts of a large model are short. */

const gpt2 = (layers: number, hiddenSize: number): ModelConfig => ({
	vocabSize: 50_257,
	contextLength: 1024,
	layers,
	heads: hiddenSize / 64,
	hiddenSize,
	layerNormEpsilon: 1e-5,
	bosTokenId: 50_256,
	eosTokenIds: [50_256],
});

test.each([
	['the bundled model', 6, 256, 512],
	['DistilGPT-2', 6, 768, 192],
	['GPT-2 small', 12, 768, 128],
	['GPT-2 medium', 24, 1024, 64],
	['GPT-2 large', 36, 1280, 64],
	['a larger one', 48, 1600, 64],
])('%s reads this many positions of a passage at a time', (_, layers, width, positions) => {
	expect(scoredChunk(gpt2(layers, width))).toBe(positions);
	expect(positions % CHUNK).toBe(0);
});
