// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {beforeAll, beforeEach, expect, test} from 'vitest';
import {NEUTRAL_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import type {Candidate, Trace} from '../../../../src/protocol/questions/generate.ts';
import {StepsView} from '../../../../src/ui/trace/steps-view.tsx';
import {installI18n} from '../../../helpers/fake-i18n.ts';
import {token} from '../../features/strategies/fixtures.ts';

beforeAll(installI18n);
beforeEach(() => render(null, document.body));

const weighed = (text: string, why: Candidate['why'], rest: Partial<Candidate> = {}): Candidate => ({
	id: text.length,
	text,
	parent: 0,
	logProb: Math.log(0.5),
	score: null,
	status: 'kept',
	why,
	...rest,
});

async function show(steps: Candidate[][], drafting?: Trace['drafting'], at = 0) {
	const tokens = steps.flatMap(step => token(step.find(({status}) => status === 'kept')?.id ?? -1));
	const view = <StepsView trace={{steps, drafting}} tokens={tokens} generation={NEUTRAL_GENERATION} at={at} />;
	await act(() => render(view, document.body));
}
const textOf = (selector: string) => document.querySelector(selector)?.textContent?.replaceAll('\u00a0', ' ') ?? '';
const rows = () =>
	[...document.querySelectorAll('.candidate-rows li')].map(row => row.textContent!.replaceAll('\u00a0', ' '));
const press = (key: string) =>
	act(() => {
		document.querySelector('svg')!.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
	});

const drafted: Candidate[][] = [
	[weighed(' the', {by: 'bonus', round: 0})],
	[weighed(' cat', {by: 'draft', round: 1}, {score: 1.5})],
	[
		weighed(' dog', {by: 'correction', round: 1}),
		weighed(' mat', {by: 'draft', round: 1}, {status: 'pruned', score: 0.25}),
	],
	[weighed(' or', {by: 'draft', round: 1}, {status: 'pruned', logProb: null, parent: 1})],
];
const drafting = {draft: null, drafted: 3, accepted: 1, modelCalls: 1, draftCalls: 0};

test('a draft from the text is named as such, with the number of model runs it saved', async () => {
	await show(drafted, drafting);
	expect(textOf('p')).toContain('The text itself');
	expect(textOf('p')).toContain('drafted 3 tokens; the model accepted 1 of them: an acceptance rate of 33.3 %');
	expect(textOf('p')).toContain('3 tokens took 1 runs of the model; without a draft they take 2.');
	expect(textOf('p')).not.toContain('draft model ran');
});

test('a model that drafts is named, and its own runs are counted', async () => {
	await show(drafted, {...drafting, draft: 'mini, first 5 of 6 blocks', draftCalls: 4});
	expect(textOf('p')).toContain('mini, first 5 of 6 blocks drafted 3 tokens');
	expect(textOf('p')).toContain('The draft model ran 4 times besides');
});

test('a draft is accepted or rejected by its ratio, corrected, or never looked at', async () => {
	await show(drafted, drafting, 1);
	expect(rows()).toEqual([expect.stringMatching(/·cat.*p \/ q = 1\.50accepted/)]);
	await press('ArrowRight');
	expect(rows()).toEqual([
		expect.stringMatching(/·dog.*corrected/),
		expect.stringMatching(/·mat.*p \/ q = 0\.25rejected/),
	]);
	await press('ArrowDown');
	await press('ArrowRight');
	expect(rows()).toEqual([expect.stringMatching(/·or–not looked at/)]);
	expect(textOf('.weighed-text')).toBe('·the·cat·mat·or');
});

test('a beam is told by what it continues, its score and what became of it', async () => {
	const sum = {by: 'sum'} as const;
	await show([
		[weighed(' a', sum, {score: -1}), weighed(' the', sum, {score: -2})],
		[weighed(' man', sum, {score: -3, parent: 1}), weighed(' y', sum, {score: -5, status: 'pruned'})],
	]);
	expect(textOf('p')).toContain('2 steps weighed 4 candidates and kept 3.');
	const options = [...document.querySelectorAll('[role="option"]')].map(one => one.getAttribute('aria-label'));
	expect(options[2]).toBe('\u2068·man\u2069 · step 2 · after \u2068·the\u2069 · score −3.00 · kept');
	expect(options[3]).toContain('dropped');
	expect(document.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
});
