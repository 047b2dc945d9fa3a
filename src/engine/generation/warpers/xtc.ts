import {logSumExp, rankClasses} from '../../math/math.ts';
import {randomStream} from '../../math/random.ts';
import type {LogitsProcessor} from '../logits-processor.ts';

/** So that its numbers have nothing to do with those that classes are drawn with. */
const OTHER_STREAMS = 0x7863_7463;

/**
 * XTC, "exclude top choices": at some of the steps, of the classes that have at least `threshold` all but the least probable
 * are removed. By p-e-w 2024, https://github.com/oobabooga/text-generation-webui/pull/6335; as in llama.cpp, line breaks and
 * the end of the text are classes like others. Whether a step is one of them is read off the seed and the text so far, so
 * that the same seed gives the same text wherever it is taken up again.
 */
export function xtc(probability: number, threshold: number, seed: number, minKeep: number): LogitsProcessor {
	return {
		name: 'xtcProbability',
		value: `${probability} ${threshold}`,
		apply(scores, {prompt, generated}) {
			if (randomStream(seed ^ OTHER_STREAMS, hashOf(prompt, generated)).next() >= probability) return;
			const total = logSumExp(scores);
			const ranked = rankClasses(scores);
			const limit = Math.fround(threshold);
			let removed = 0;
			while (removed + minKeep < ranked.length && Math.fround(Math.exp(scores[ranked[removed + 1]] - total)) >= limit)
				removed++;
			for (let i = 0; i < removed; i++) scores[ranked[i]] = -Infinity;
		},
	};
}

/** FNV-1a over token ids, unsigned 32-bit. */
function hashOf(...texts: readonly (readonly number[])[]): number {
	let hash = 0x811c_9dc5;
	for (const ids of texts) for (const id of ids) hash = Math.imul(hash ^ id, 0x0100_0193);
	return hash >>> 0;
}
