import type {LogitsProcessor} from '../logits-processor.ts';

/** Further back, the penalty is out of all bounds anyway. */
const LONGEST = 50;

interface Dry {
	readonly multiplier: number;
	readonly base: number;
	/** So many tokens may be repeated. */
	readonly allowedLength: number;
	/** How many of the last tokens are looked through; 0 for all. */
	readonly lastN: number;
	/** Tokens at which a repetition ends. */
	readonly breakers: readonly number[];
}

/**
 * DRY, "don't repeat yourself": a class that would go on repeating the n last tokens as they stand earlier in the text loses
 * multiplier * base ** (n - allowedLength), for the longest such n, from `allowedLength` on. By p-e-w 2024,
 * https://github.com/oobabooga/text-generation-webui/pull/5677, as he wrote it; llama.cpp computes the same, but breaks a
 * sequence also at tokens that merely contain a breaker.
 */
export function dry({multiplier, base, allowedLength, lastN, breakers}: Dry): LogitsProcessor {
	const breaks = new Set(breakers);
	return {
		name: 'dryMultiplier',
		value: String(multiplier),
		apply(scores, {prompt, generated}) {
			const all = [...prompt, ...generated];
			const text = lastN > 0 ? all.slice(-lastN) : all;
			for (const [id, length] of repeated(text, breaks)) {
				if (length >= allowedLength) scores[id] -= multiplier * base ** (length - allowedLength);
			}
		},
	};
}

/** For each class that followed the text's last tokens earlier on: how many of those tokens, at most, came before it. */
function repeated(text: readonly number[], breaks: ReadonlySet<number>): Map<number, number> {
	const lengths = new Map<number, number>();
	const end = text.length - 1;
	if (end < 0 || breaks.has(text[end])) return lengths;
	for (let at = 0; at < end; at++) {
		const next = text[at + 1];
		if (text[at] !== text[end] || breaks.has(next)) continue;
		let length = 1;
		while (
			length < LONGEST &&
			length <= at &&
			text[at - length] === text[end - length] &&
			!breaks.has(text[at - length])
		)
			length++;
		lengths.set(next, Math.max(length, lengths.get(next) ?? 0));
	}
	return lengths;
}
