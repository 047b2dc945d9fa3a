import {argmax, countKept, entropy} from '../../math/math.ts';
import type {LogitsProcessor} from '../logits-processor.ts';

/**
 * Dynamic temperature: from `temperature` - `range` where the model is sure to `temperature` + `range` where it knows
 * nothing, by the entropy's share of the largest that so many classes can have, to the power of `exponent`. By kalomaze 2023,
 * https://github.com/ggml-org/llama.cpp/pull/4972, as llama.cpp has it; it takes the place of the fixed temperature, and
 * comes after truncation. At a temperature of 0 the most probable class is left.
 */
export function dynamicTemperature(temperature: number, range: number, exponent: number): LogitsProcessor {
	return {
		name: 'dynatempRange',
		value: `${range}`,
		apply(scores) {
			const kept = countKept(scores);
			if (kept < 2) return;
			const lowest = Math.max(0, temperature - range);
			const share = entropy(scores) / Math.log(kept);
			const now = Math.fround(lowest + (temperature + range - lowest) * Math.min(1, share) ** exponent);
			const best = argmax(scores);
			// One that would make the largest score infinite is as good as 0.
			const isZero = now === 0 || !Number.isFinite(Math.fround(scores[best] / now));
			if (!isZero) for (let i = 0; i < scores.length; i++) scores[i] /= now;
			else for (let i = 0; i < scores.length; i++) if (i !== best) scores[i] = -Infinity;
		},
	};
}
