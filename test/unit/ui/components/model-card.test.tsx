// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {expect, test} from 'vitest';
import {cardBlocks, ModelCard} from '../../../../src/ui/components/model-card.tsx';

const CARD = `---
license: mit
---
# GPT-2

A model of *English*, see [the paper](https://example.org/gpt2.pdf)
in full.

- **Blocks**: 12
- Heads: \`n_head\`
  of them

\`\`\`python
# not a heading
\`\`\`
<img src=x onerror=alert(1)>`;

test('a card is read as headings, paragraphs, lists and code, without its metadata', () => {
	expect(cardBlocks(CARD)).toEqual([
		{kind: 'heading', text: 'GPT-2'},
		{kind: 'paragraph', text: 'A model of *English*, see [the paper](https://example.org/gpt2.pdf) in full.'},
		{kind: 'list', items: ['**Blocks**: 12', 'Heads: `n_head` of them']},
		{kind: 'code', text: '# not a heading'},
		{kind: 'paragraph', text: '<img src=x onerror=alert(1)>'},
	]);
});

test('a card shows no Markdown and makes no element of its own', async () => {
	await act(() => render(<ModelCard markdown={CARD} />, document.body));
	expect(document.querySelector('h2')?.textContent).toBe('GPT-2');
	expect([...document.querySelectorAll('li')].map(({textContent}) => textContent)).toEqual([
		'Blocks: 12',
		'Heads: n_head of them',
	]);
	expect(document.body.textContent).toContain('the paper (https://example.org/gpt2.pdf)');
	expect(document.querySelector('a, img')).toBeNull();
	expect(document.body.textContent).toContain('<img src=x onerror=alert(1)>');
});
