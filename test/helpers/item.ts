import type {Item} from '../../src/features/corpus/measure/items.ts';

/** An item that is a text and nothing else, apart from what is given. */
export const bareItem = (given: Partial<Item> & Pick<Item, 'row' | 'text'>): Item => ({
	item: '',
	condition: '',
	context: '',
	regions: [],
	second: null,
	secondRegions: [],
	by: 'text',
	others: {},
	right: null,
	...given,
});
