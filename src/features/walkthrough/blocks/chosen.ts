import type {ModelInfo} from '../../../protocol/questions/model.ts';
import type {Address} from '../state/address.ts';

/** A head of a block, both from 1 on. */
export interface Looked {
	block: number;
	head: number;
}

const within = (value: string, initial: number, most: number) =>
	Math.min(most, Math.max(1, Math.floor(Number(value)) || initial));

/** After which block the vectors are looked at; 0 is before the first. */
export function blockOf(address: Address, last: number): number {
	const {value} = address.value('vector', 'block', '');
	return /^\d{1,2}$/.test(value) ? Math.min(last, Number(value)) : 0;
}

/** Which head of which block is looked at: the one that the reader chose, else `clearest`. */
export function headOf(
	address: Address,
	{layers, heads}: Pick<ModelInfo, 'layers' | 'heads'>,
	clearest: Looked = {block: 1, head: 1},
): Looked {
	return {
		block: within(address.value('vector', 'attention', '').value, clearest.block, layers),
		head: within(address.value('vector', 'head', '').value, clearest.head, heads),
	};
}

/** From which position the head looks, from 0 on: the one that the reader chose, else the last of them. */
export const positionOf = (address: Address, positions: number): number =>
	within(address.value('vector', 'row', '').value, positions, positions) - 1;
