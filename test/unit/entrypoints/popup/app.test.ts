import {effect} from '@preact/signals';
import {afterEach, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {DEFAULT_SETTINGS} from '../../../../src/client/settings/settings.ts';
import {DEFAULT_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {adoptInbox, settleOpening} from '../../../../src/entrypoints/popup/opening.ts';
import type {PageSelection} from '../../../../src/entrypoints/popup/page/selection.ts';
import {SAMPLING_PAUSE} from '../../../../src/features/continuations/continuations-store.ts';
import {TYPING_PAUSE} from '../../../../src/features/prompt/classes-store.ts';
import type {Inbox} from '../../../../src/protocol/messages/inbox.ts';
import {type FakeApp, openApp, withGeneration} from '../../../helpers/fake-app.ts';
import {classesAnswer, generated} from '../../../helpers/fake-engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

/** The popup without its face: which prompt it opens on, and what it asks the engine when. */

beforeAll(installI18n);
beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

const EXAMPLE = 'Once upon a time, there lived a';
const settle = () => vi.advanceTimersByTimeAsync(0);
const SOURCE = {tabId: 1, frameId: 0, editable: true};

const open = async (fake: FakeApp, inbox: Partial<Inbox> | null, selected: string | null) => {
	const selection: PageSelection | null = selected === null ? null : {text: selected, source: SOURCE, caret: false};
	await settleOpening(fake.app, {
		takeInbox: async () => inbox && {text: '', source: null, view: 'classes', at: 1, ...inbox},
		selection: async () => selection,
	});
	await settle();
	return fake;
};

/** Close the popup and open it again with what it left. */
const reopen = async (fake: FakeApp, selected: string | null = null, watch: (fake: FakeApp) => void = () => {}) => {
	fake.app.dispose();
	await vi.runAllTimersAsync();
	const again = await openApp({session: fake.session, sync: fake.sync});
	watch(again);
	return open(again, null, selected);
};

const text = ({app}: FakeApp) => app.prompt.prompt.value.text;

describe('the prompt that the popup opens with', () => {
	test('the text that was sent to it comes before the selected one', async () => {
		const fake = await open(await openApp(), {text: 'sent', source: SOURCE}, 'selected');
		expect(text(fake)).toBe('sent');
		expect(fake.app.prompt.source.value).toEqual(SOURCE);
		expect(fake.engine.last('classes').params.prompt.text).toBe('sent');
	});

	test('else the selection on the page', async () => {
		expect(text(await open(await openApp(), null, 'selected'))).toBe('selected');
	});

	test('else an example, the first time', async () => {
		const fake = await open(await openApp(), null, null);
		expect(text(fake)).toBe(EXAMPLE);
		expect(fake.app.prompt.origin.value).toBe('example');
	});

	test('else the last prompt, even when it was emptied', async () => {
		const first = await open(await openApp(), null, null);
		first.app.prompt.edit('mine');
		const second = await reopen(first);
		expect(text(second)).toBe('mine');
		second.app.prompt.edit('');
		expect(text(await reopen(second))).toBe('');
	});

	test('an edited copy of a selection stays edited while that selection is still there', async () => {
		const first = await open(await openApp(), null, 'selected');
		first.app.prompt.edit('selected and edited');
		expect(text(await reopen(first, 'selected'))).toBe('selected and edited');
	});

	test('a new selection takes the last prompt’s place, and undo brings that back', async () => {
		const first = await open(await openApp(), null, 'old');
		const second = await reopen(first, 'new');
		expect(text(second)).toBe('new');
		second.app.prompt.undo();
		expect(text(second)).toBe('old');
	});

	test('with a text that undo brings back comes the field that it is from, where a continuation is put', async () => {
		const fake = await open(await openApp(), {text: 'first', source: SOURCE}, null);
		const other = {...SOURCE, tabId: 2};
		adoptInbox(fake.app, {text: 'second', source: other, view: 'classes', at: 5});
		fake.app.prompt.append({id: 1, text: ' one'});
		fake.app.prompt.undo();
		expect(fake.app.prompt.source.value).toEqual(other);
		fake.app.prompt.undo();
		expect(text(fake)).toBe('first');
		expect(fake.app.prompt.source.value).toEqual(SOURCE);
	});

	test('without a text a notice says why, and the prompt stays', async () => {
		const first = await open(await openApp(), null, 'mine');
		first.app.dispose();
		await vi.runAllTimersAsync();
		const second = await openApp({session: first.session});
		await open(second, {notice: 'background_notice_no_selection'}, null);
		expect(text(second)).toBe('mine');
		expect(second.app.notice.value).toBe('background_notice_no_selection');
	});

	test('a notice that no message explains is not shown', async () => {
		const fake = await open(await openApp(), {text: 'x', notice: '__proto__'}, null);
		expect(fake.app.notice.value).toBeNull();
	});

	test('a passage goes to the Passage view and leaves the prompt alone', async () => {
		const fake = await open(await openApp(), null, 'prompt');
		adoptInbox(fake.app, {text: 'a passage', source: null, view: 'passage', at: 5});
		expect(fake.app.tab.value).toBe('passage');
		expect(fake.app.passage.opened.value?.text).toBe('a passage');
		expect(text(fake)).toBe('prompt');
	});

	test('a passage that could not be painted on its page is the prompt too, not an older one beside it', async () => {
		const fake = await open(await openApp(), null, 'prompt');
		const notice = 'background_notice_field';
		adoptInbox(fake.app, {text: 'a passage', source: null, view: 'passage', at: 5, notice});
		expect(fake.app.passage.opened.value?.text).toBe('a passage');
		expect(text(fake)).toBe('a passage');
	});

	test('a text that comes while it is open takes over', async () => {
		const fake = await open(await openApp(), null, 'before');
		adoptInbox(fake.app, {text: 'after', source: null, view: 'classes', at: 5});
		await settle();
		expect(fake.engine.last('classes').params.prompt.text).toBe('after');
	});
});

describe('the classes', () => {
	test('nothing is asked before the prompt is settled', async () => {
		const fake = await openApp();
		await settle();
		expect(fake.engine.asked).toEqual([]);
	});

	test('typing asks once it pauses, and cancels the question before', async () => {
		const fake = await open(await openApp(), null, 'a');
		for (const typed of ['ab', 'abc', 'abcd']) {
			fake.app.prompt.edit(typed);
			await vi.advanceTimersByTimeAsync(TYPING_PAUSE / 2);
		}
		expect(fake.engine.of('classes')).toHaveLength(1);
		expect(fake.engine.of('classes')[0].cancelled).toBe(true);
		await vi.advanceTimersByTimeAsync(TYPING_PAUSE);
		expect(fake.engine.last('classes').params.prompt.text).toBe('abcd');
	});

	test('choosing a class asks at once, with its id; undo asks as before', async () => {
		const fake = await open(await openApp(), null, 'lived a');
		fake.app.prompt.append({id: 582, text: ' man'});
		await settle();
		expect(fake.engine.last('classes').params.prompt).toEqual({text: 'lived a', appended: [{id: 582, text: ' man'}]});
		fake.app.prompt.undo();
		await settle();
		expect(fake.engine.last('classes').params.prompt).toEqual({text: 'lived a', appended: []});
	});

	test('of a model with other tokens make text of what was chosen, and nothing of it is taken back by halves', async () => {
		const fake = await open(await openApp(), null, 'lived a');
		const {prompt} = fake.app;
		prompt.append({id: 582, text: ' man'});
		prompt.append({id: 290, text: ' and'});
		await settle();
		fake.engine.last('classes').answer(classesAnswer(['lived', ' a', ' m', 'an', ' and']));
		await settle();
		expect(prompt.prompt.value).toMatchObject({text: 'lived a man and', appended: []});
		expect(fake.engine.last('classes').params.prompt).toEqual({text: 'lived a man and', appended: []});
		expect(prompt.canUndo.value).toBe(false);
	});

	test('of an id that spells something else are not those of the same id', async () => {
		const fake = await open(await openApp(), null, 'lived a');
		fake.app.prompt.append({id: 582, text: ' man'});
		const key = fake.app.prompt.key.value;
		fake.app.prompt.undo();
		fake.app.prompt.append({id: 582, text: ' certainly Paris'});
		expect(fake.app.prompt.key.value).not.toBe(key);
	});

	test('the last answer stays until the next is there', async () => {
		const fake = await open(await openApp(), null, 'one');
		fake.engine.last('classes').answer(classesAnswer(['one']));
		await settle();
		fake.app.prompt.edit('two');
		expect(fake.app.classes.answer.value?.tokens[0].text).toBe('one');
		expect(fake.app.classes.running.value).toBe(true);
		expect(fake.app.classes.answerFor.value).not.toBe(fake.app.prompt.key.value);
	});

	test('changed settings are asked with at once, a changed seed is not', async () => {
		const fake = await open(await openApp(), null, 'one');
		const {settings} = fake.app;
		settings.save(withGeneration(settings.settings.value, {topK: 3}));
		await settle();
		expect(fake.engine.last('classes').params.generation.topK).toBe(3);
		const before = fake.engine.of('classes').length;
		settings.save(withGeneration(settings.settings.value, {seed: 99}));
		await settle();
		expect(fake.engine.of('classes')).toHaveLength(before);
	});

	test('an error is shown until the next try', async () => {
		const fake = await open(await openApp(), null, 'one');
		fake.engine.last('classes').fail('worker-lost', 'The worker died.');
		await settle();
		expect(fake.app.classes.error.value).toMatchObject({code: 'worker-lost'});
		fake.app.classes.retry();
		await settle();
		expect(fake.app.classes.error.value).toBeNull();
		expect(fake.engine.of('classes')).toHaveLength(2);
	});

	test('reopening shows the answer without asking again', async () => {
		const first = await open(await openApp(), null, 'one');
		first.engine.last('classes').answer(classesAnswer(['one']));
		await settle();
		const second = await reopen(first);
		expect(second.app.classes.answer.value?.tokens[0].text).toBe('one');
		expect(second.engine.of('classes')).toHaveLength(0);
	});
});

describe('an answer that was there before the page', () => {
	const generation = {...DEFAULT_GENERATION, seed: 0};
	const limit = DEFAULT_SETTINGS.classesListed;
	const ahead = (text: string) => ({
		params: {prompt: {text, appended: []}, generation, limit},
		answer: classesAnswer(['sent']),
	});

	test('is shown from the first frame, and nothing is asked', async () => {
		const fake = await open(await openApp({ahead: ahead('sent')}), {text: 'sent'}, null);
		expect(fake.app.classes.answer.value?.tokens).toEqual(classesAnswer(['sent']).tokens);
		expect(fake.app.classes.answerFor.value).toBe(fake.app.prompt.key.value);
		expect(fake.app.classes.running.value).toBe(false);
		expect(fake.engine.of('classes')).toHaveLength(0);
	});

	test('is no answer to another question', async () => {
		const fake = await open(await openApp({ahead: ahead('another')}), {text: 'sent'}, null);
		expect(fake.app.classes.answer.value).toBeNull();
		expect(fake.engine.last('classes').params.prompt.text).toBe('sent');
	});
});

describe('the continuations', () => {
	const sampling = async () => {
		const fake = await open(await openApp(), null, 'one');
		fake.app.tab.value = 'continuations';
		await settle();
		return fake;
	};
	const texts = ({app}: FakeApp) =>
		app.continuations.run.value?.continuations.map(({tokens}) => tokens.map(({text}) => text).join(''));

	test('are sampled when they are first looked at, not before', async () => {
		const fake = await open(await openApp(), null, 'one');
		await vi.advanceTimersByTimeAsync(SAMPLING_PAUSE * 2);
		expect(fake.engine.of('generate')).toHaveLength(0);
		fake.app.tab.value = 'continuations';
		await settle();
		expect(fake.engine.of('generate')).toHaveLength(1);
	});

	test('grow token by token in their own rows', async () => {
		const fake = await sampling();
		const asked = fake.engine.last('generate');
		asked.event({
			kind: 'tokens',
			tokens: [
				{branch: 1, token: generated(' a')},
				{branch: 0, token: generated(' b')},
			],
		});
		asked.event({kind: 'tokens', tokens: [{branch: 1, token: generated(' c')}]});
		expect(texts(fake)).toEqual([' b', ' a c', '', '']);
	});

	test('stay when one looks elsewhere and comes back', async () => {
		const fake = await sampling();
		fake.app.tab.value = 'classes';
		await vi.advanceTimersByTimeAsync(SAMPLING_PAUSE * 2);
		fake.app.tab.value = 'continuations';
		await vi.advanceTimersByTimeAsync(SAMPLING_PAUSE * 2);
		expect(fake.engine.of('generate')).toHaveLength(1);
		expect(fake.engine.last('generate').cancelled).toBe(false);
	});

	test('a changed prompt stops them and samples again, with another seed', async () => {
		const fake = await sampling();
		const first = fake.engine.last('generate');
		fake.app.prompt.edit('two');
		expect(first.cancelled).toBe(true);
		await vi.advanceTimersByTimeAsync(SAMPLING_PAUSE);
		const second = fake.engine.last('generate');
		expect(second.params.prompt.text).toBe('two');
		expect(second.params.generation.seed).not.toBe(first.params.generation.seed);
	});

	test('changed settings sample again with the same seed, so that one sees what they do', async () => {
		const fake = await sampling();
		const {seed} = fake.engine.last('generate').params.generation;
		const {settings} = fake.app;
		settings.save(withGeneration(settings.settings.value, {temperature: 1.5}));
		await vi.advanceTimersByTimeAsync(SAMPLING_PAUSE);
		expect(fake.engine.last('generate').params.generation).toMatchObject({temperature: 1.5, seed});
	});

	test('a fixed seed is used every time', async () => {
		const fake = await openApp();
		const {settings} = fake.app;
		settings.save({...withGeneration(settings.settings.value, {seed: 7}), seedMode: 'fixed'});
		await open(fake, null, 'one');
		fake.app.tab.value = 'continuations';
		await settle();
		fake.app.continuations.again();
		expect(fake.engine.of('generate').map(({params}) => params.generation.seed)).toEqual([7, 7]);
	});

	test('stopping keeps the tokens so far, and "again" draws another seed', async () => {
		const fake = await sampling();
		const asked = fake.engine.last('generate');
		asked.event({kind: 'tokens', tokens: [{branch: 0, token: generated(' kept')}]});
		fake.app.continuations.stop();
		await settle();
		expect(asked.cancelled).toBe(true);
		expect(fake.app.continuations.run.value?.status).toBe('stopped');
		expect(texts(fake)?.[0]).toBe(' kept');
		fake.app.continuations.again();
		expect(fake.engine.last('generate').params.generation.seed).not.toBe(asked.params.generation.seed);
	});

	test('a popup closed mid-run asks again with the same seed, and shows its earlier tokens meanwhile', async () => {
		const first = await sampling();
		const asked = first.engine.last('generate');
		asked.event({
			kind: 'tokens',
			tokens: [
				{branch: 0, token: generated(' a')},
				{branch: 0, token: generated(' b')},
			],
		});
		const seen: (string | undefined)[] = [];
		const second = await reopen(first, null, ({app}) =>
			effect(() => void seen.push(app.continuations.run.value?.status)),
		);
		const again = second.engine.last('generate');
		expect(again.params).toEqual(asked.params);
		// It goes on in the popup's eyes as well: never, not for a moment, is it said to have stopped.
		expect(new Set(seen)).toEqual(new Set(['running']));
		expect(texts(second)?.[0]).toBe(' a b');
		for (const word of [' a', ' b', ' c']) again.event({kind: 'tokens', tokens: [{branch: 0, token: generated(word)}]});
		expect(texts(second)?.[0]).toBe(' a b c');
	});

	test('a popup closed after the run shows it without asking', async () => {
		const first = await sampling();
		const done = {
			tokens: [generated(' end')],
			text: ' end',
			finishReason: 'length' as const,
			logProb: -0.7,
			beamScore: null,
		};
		first.engine.last('generate').answer({continuations: [done], dropped: 0, trace: null, decodeMilliseconds: 5});
		await settle();
		const second = await reopen(first);
		await vi.advanceTimersByTimeAsync(SAMPLING_PAUSE * 2);
		expect(second.engine.of('generate')).toHaveLength(0);
		expect(texts(second)).toEqual([' end']);
	});

	test('an engine that fails leaves the tokens so far, and the error', async () => {
		const fake = await sampling();
		const asked = fake.engine.last('generate');
		asked.event({kind: 'tokens', tokens: [{branch: 0, token: generated(' some')}]});
		asked.fail('worker-lost', 'The worker died.');
		await settle();
		expect(texts(fake)?.[0]).toBe(' some');
		expect(fake.app.continuations.error.value?.code).toBe('worker-lost');
		await vi.advanceTimersByTimeAsync(SAMPLING_PAUSE * 2);
		expect(fake.engine.of('generate')).toHaveLength(1);
	});
});
