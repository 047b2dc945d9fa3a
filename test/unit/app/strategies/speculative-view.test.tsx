// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {beforeAll, expect, test} from 'vitest';
import {SpeculativeView} from '../../../../src/app/views/strategies/other-traces.tsx';
import type {SpeculativeTrace} from '../../../../src/protocol/engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

beforeAll(installI18n);

const word = (text: string) => ({id: text.length, text});
const trace: SpeculativeTrace = {
	kind: 'speculative',
	draft: null,
	rounds: [
		{drafted: [], accepted: 0, correction: null, bonus: word(' the')},
		{drafted: [word(' cat'), word(' sat')], accepted: 2, correction: null, bonus: word(' on')},
		{drafted: [word(' the'), word(' mat')], accepted: 1, correction: word(' dog'), bonus: null},
	],
	acceptanceRate: 0.75,
	modelCalls: 2,
	draftCalls: 0,
};

async function shown(changes: Partial<SpeculativeTrace> = {}) {
	await act(() => render(<SpeculativeView trace={{...trace, ...changes}} />, document.body));
	return document.body.querySelector('p')!.textContent!;
}

test('a draft from the text is named as such, with the number of model runs it saved', async () => {
	const text = await shown();
	expect(text).toContain('The text itself');
	expect(text).toContain('drafted 4 tokens; the model accepted 3 of them: an acceptance rate of 75.0');
	expect(text).toContain('6 tokens took 2 runs of the model; without a draft they take 5.');
	expect(text).not.toContain('draft model ran');
});

test('a model that drafts is named, and its own runs are counted', async () => {
	const text = await shown({draft: 'mini, first 5 of 6 blocks', draftCalls: 4});
	expect(text).toContain('mini, first 5 of 6 blocks drafted 4 tokens');
	expect(text).toContain('The draft model ran 4 times besides');
});
