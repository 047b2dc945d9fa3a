// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeAll, expect, test} from 'vitest';
import type {Criterion, Item} from '../../../../src/features/corpus/measure/items.ts';
import {Results} from '../../../../src/features/corpus/state/results.ts';
import {Pairs} from '../../../../src/features/corpus/views/pairs.tsx';
import {installI18n} from '../../../helpers/fake-i18n.ts';

beforeAll(installI18n);
afterEach(() => act(() => render(null, document.body)));

const token = (start: number, end: number, bits: number) => ({
	start,
	end,
	rank: 1,
	logProb: -bits * Math.LN2,
	corrected: -bits * Math.LN2,
	entropy: 1,
});

/** What the page says of one pair, whose region is more probable in the first text and whose whole is so in the second. */
async function told(by: Criterion) {
	const regions = [{start: 2, end: 3}];
	const item: Item = {
		row: 2,
		item: '',
		condition: '',
		context: '',
		text: 'A b',
		regions,
		second: 'C d',
		secondRegions: regions,
		by,
		right: 'first',
		others: {},
	};
	const results = new Results();
	const model = results.modelOf({model: 'gpt2', dtype: 'int8', contextLength: 8, version: '1', how: {}});
	const [tokens, secondTokens] = [
		[token(0, 1, 9), token(1, 3, 2)],
		[token(0, 1, 1), token(1, 3, 5)],
	];
	results.add({item, tokens, secondTokens, refusal: null}, model);
	await act(() => render(<Pairs results={results} all={results.all} />, document.body));
	return document.body.textContent;
}

test('what is said of pairs is of what is compared: their whole texts, or their regions', async () => {
	const whole = await told('text');
	expect(whole).toContain('Of 1 pair the first text is the more probable one in 0; it is more probable by −5.00 bits.');
	expect(whole).toContain('the right text has the higher probability');
	const region = await told('region');
	expect(region).toContain(
		'Of 1 pair the first text has the more probable region in 1; it is more probable by +3.00 bits.',
	);
	expect(region).toContain('the region of the right text has the higher probability');
});
