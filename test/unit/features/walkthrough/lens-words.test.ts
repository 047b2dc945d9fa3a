import {beforeAll, expect, test} from 'vitest';
import {normTold} from '../../../../src/features/walkthrough/blocks/lens-words.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

beforeAll(installI18n);

test('the final norm is told by the number of the last block that is farthest from zero, before and after', () => {
	const blocks = [
		[99, 0, 0],
		[1.5, -40.277, 3],
	].map(vector => ({cells: [], vector}));
	const told = normTold({tokens: [], first: 0, blocks, normed: [0.5, -6.7356, 1]});
	expect(told).toContain('dimension 2, is −40.277 before it and −6.736 after it');
});
