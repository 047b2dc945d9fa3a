import type {GenerationConfig} from '../../engine/generation/config.ts';
import type {HeldForm} from '../../engine/generation/form/held.ts';
import {logSumExp} from '../../engine/math/math.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {FormPlace} from '../../protocol/values/token.ts';

/** Where a text stands in the form that it is held to, and which classes fit there. */
export interface FormStanding {
	readonly answer: NonNullable<ClassesAnswer['form']>;
	fits(id: number): boolean;
}

/**
 * @param logits the LM head's own, [V].
 * @param generated the tokens of the continuation so far.
 * @returns null where there is no form.
 */
export function formStanding(
	{heldTo}: GenerationConfig,
	logits: Float32Array,
	generated: readonly number[],
	ends: readonly number[],
): FormStanding | null {
	if (!heldTo) return null;
	const mask = heldTo.fitting(generated);
	const place = formPlace(heldTo, generated);
	const {isComplete} = place;
	const fits = (id: number) => (ends.includes(id) ? isComplete : mask?.[id] === 1);
	const total = logSumExp(logits);
	let [fitting, unfitting] = [0, 0];
	for (let id = 0; id < logits.length; id++) {
		if (fits(id)) fitting++;
		else unfitting += Math.exp(logits[id] - total);
	}
	return {fits, answer: {fitting, unfitting: Math.min(1, unfitting), ...place}};
}

/** Where in its form a continuation stands. @param generated its tokens so far. */
export function formPlace(heldTo: HeldForm, generated: readonly number[]): FormPlace {
	const next = heldTo.next(generated);
	const forced = new TextDecoder().decode(Uint8Array.from(next?.forced ?? []));
	return {isComplete: heldTo.isComplete(generated), forced, next: inWords(next?.ranges ?? [])};
}

/** `a–z, 0–9, "`: ASCII as it is, and the beginnings of other characters as `…`. */
function inWords(ranges: readonly (readonly [number, number])[]): string {
	const sign = (byte: number) => (byte <= 32 || byte === 127 ? (CONTROLS[byte] ?? '␀') : String.fromCharCode(byte));
	const words = ranges
		.filter(([from]) => from < 128)
		.map(([from, to]) => [from, Math.min(127, to)] as const)
		.map(([from, to]) =>
			from === to ? sign(from) : to - from === 1 ? `${sign(from)} ${sign(to)}` : `${sign(from)}–${sign(to)}`,
		);
	return [...words, ...(ranges.some(([, to]) => to >= 128) ? ['…'] : [])].join(' ');
}

const CONTROLS: Readonly<Record<number, string>> = {9: '⇥', 10: '↵', 32: '·'};
