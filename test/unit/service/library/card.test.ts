import {expect, test} from 'vitest';
import {cardOf} from '../../../../src/service/library/card.ts';

test('a card is shown whole, and one of 80 MB is cut between characters, with a word', () => {
	expect(cardOf(null)).toBe('');
	expect(cardOf(new TextEncoder().encode('# GPT-2'))).toBe('# GPT-2');
	const long = cardOf(new TextEncoder().encode(`x${'é'.repeat(40e6)}`));
	expect(long.length).toBeLessThan(300_000);
	expect(long).toMatch(/^xé+\n\n\(The card is longer\. This is its beginning\.\)$/);
});
