import {enumeration, t} from '../../../client/browser/i18n.ts';
import type {LensAnswer} from '../../../protocol/questions/lens.ts';
import {count, decimal, percent} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {quoted} from '../shared/class-list.tsx';

/** Name of a place in the body: 0 is before the first block. */
export const blockName = (block: number) =>
	block === 0 ? t('walk_vector_embedding') : t('walk_vector_block', {block: count(block)});

/** What the head would say after a block, at one of the answer's positions, in a sentence. */
export const lensTold = ({tokens, blocks}: LensAnswer, block: number, position: number) =>
	t('walk_vector_lens_told', {
		block: blockName(block),
		tokens: quoted(visibleToken(tokens[position])),
		top: enumeration(
			blocks[block].cells[position].top.map(row =>
				t('walk_token_share', {row: quoted(visibleToken(row)), probability: percent(row.probability)}),
			),
		),
	});

/** What the final norm makes of the last block's vector, by the dimension that was largest. */
export function normTold({blocks, normed}: LensAnswer): string {
	const {vector} = blocks[blocks.length - 1];
	const at = vector.reduce((best, value, d) => (Math.abs(value) > Math.abs(vector[best]) ? d : best), 0);
	return t('walk_vector_norm', {at: count(at + 1), vector: decimal(vector[at], 3), normed: decimal(normed[at], 3)});
}
