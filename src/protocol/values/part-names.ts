import type {Part} from './changes.ts';

/**
 * Parts as people write and read them, counted from 1: `5.3` is the third head of the fifth block, `attention.5` all of its attention,
 * `mlp.5` its feed-forward.
 */
export const partName = ({block, part}: Part): string =>
	typeof part === 'number' ? `${block + 1}.${part + 1}` : `${part}.${block + 1}`;

/** @returns null for a text that names no part. */
export function partNamed(name: string): Part | null {
	const [, block, head] = /^([1-9]\d{0,3})\.([1-9]\d{0,3})$/.exec(name) ?? [];
	if (head) return {block: Number(block) - 1, part: Number(head) - 1};
	const [, part, of] = /^(attention|mlp)\.([1-9]\d{0,3})$/.exec(name) ?? [];
	return of ? {block: Number(of) - 1, part: part as 'attention' | 'mlp'} : null;
}
