// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {DEFAULT_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {adoptLink, adoptSelection, settleOpening} from '../../../../src/entrypoints/popup/opening.ts';
import {toPython} from '../../../../src/features/classes/export/python.ts';
import {CATALOGUE} from '../../../../src/features/models/catalogue.ts';
import {answersTurns} from '../../../../src/features/prompt/chat-store.ts';
import {PromptEditor} from '../../../../src/features/prompt/editor/prompt-editor.tsx';
import {linkTo, readLink} from '../../../../src/features/prompt/link.ts';
import {shownText} from '../../../../src/features/prompt/prompt.ts';
import type {ModelInfo} from '../../../../src/protocol/questions/model.ts';
import {type FakeApp, openApp} from '../../../helpers/fake-app.ts';
import {classesAnswer} from '../../../helpers/fake-engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';
import {FakeStorage} from '../../../helpers/fake-storage.ts';

beforeAll(() => {
	installI18n();
	Object.assign((globalThis as {chrome?: object}).chrome!, {
		runtime: {getURL: (path: string) => `chrome-extension://lens/${path}`},
	});
	vi.stubGlobal(
		'ResizeObserver',
		class {
			observe() {}
			disconnect() {}
		},
	);
});

let fake: FakeApp;
afterEach(() => {
	render(null, document.body);
	fake.app.dispose();
});

const BEFORE = '<|im_start|>user\n';
const AFTER = '<|im_end|>\n<|im_start|>assistant\n';
const turnOf = (words: string) => BEFORE + words + AFTER;
const WRITTEN = turnOf('Who are you?');
const TOKENS = ['<|im_start|>', 'user', '\n', 'Who are you?', '<|im_end|>', '\n', '<|im_start|>', 'assistant', '\n'];

/** The popup with a text of a page, and a model that has said what it is; another one has answered before, or none. */
async function open(model: Partial<ModelInfo>, {selected = true, session = new FakeStorage(), isOther = false} = {}) {
	fake = await openApp({session});
	if (isOther) fake.app.turn.beginWithModel();
	await settleOpening(fake.app, {
		takeInbox: async () => null,
		selection: async () =>
			selected ? {text: 'Who are you?', source: {tabId: 1, frameId: 0, editable: true}, caret: false} : null,
	});
	await act(() => render(<PromptEditor app={fake.app} />, document.body));
	await vi.waitFor(() => expect(fake.engine.of('model')).toHaveLength(1));
	await act(() => fake.engine.last('model').answer({id: 'SmolLM2-135M', hasChat: true, ...model} as ModelInfo));
}

const box = () => document.querySelector<HTMLInputElement>('.turn input');
const prompt = () => fake.app.prompt.prompt.value;
const area = () => document.querySelector('textarea')!;
const click = () => act(() => box()!.click());
/** The template is filled with the words that were asked for last. */
async function write() {
	await act(() => answer());
	await act(() => vi.waitFor(() => expect(fake.app.prompt.prompt.peek().turn).toBeDefined()));
}
function answer() {
	const {params, answer} = fake.engine.last('turn');
	answer({text: turnOf(params.text), around: {before: BEFORE, after: AFTER}});
}
/** The editor has this text, with the caret after so much of it. */
const typeIn = (text: string, caret = text.length) =>
	act(() => {
		area().focus();
		area().value = text;
		area().setSelectionRange(caret, caret);
		area().dispatchEvent(new InputEvent('input', {bubbles: true}));
	});
const compose = (type: 'compositionstart' | 'compositionend') =>
	act(() => void area().dispatchEvent(new CompositionEvent(type, {bubbles: true})));
const caret = () => [area().selectionStart, area().selectionEnd];
const INSTRUCT = {id: 'SmolLM2-135M-Instruct'};
const asksClasses = (prompt: object) =>
	vi.waitFor(() => expect(fake.engine.last('classes').params.prompt).toEqual(prompt));

describe('the switch “as a turn”', () => {
	test('is there only for a model that has a template', async () => {
		await open({hasChat: false});
		expect(box()).toBeNull();
	});

	test('is off for a base model, and a label names it', async () => {
		await open({});
		expect(box()!.checked).toBe(false);
		expect(box()!.labels![0].textContent).toContain('as a turn');
		expect(fake.engine.of('turn')).toEqual([]);
	});

	test('puts what the template writes into the editor, to be read without another beginning', async () => {
		await open({});
		await click();
		expect(fake.engine.last('turn').params).toEqual({text: 'Who are you?'});
		// Until the template has been filled the prompt is as it was.
		expect(box()!.checked).toBe(false);
		await write();
		expect(box()!.checked).toBe(true);
		expect(area().value).toBe(WRITTEN);
		await asksClasses({text: WRITTEN, appended: [], addSpecialTokens: false});
	});

	test('gives the text back when it is switched off, and the turn when that is undone', async () => {
		await open({});
		await click();
		await write();
		await click();
		expect(area().value).toBe('Who are you?');
		await asksClasses({text: 'Who are you?', appended: []});
		await act(() => fake.app.prompt.undo());
		expect(area().value).toBe(WRITTEN);
		expect(box()!.checked).toBe(true);
		await act(() => fake.app.prompt.undo());
		expect(area().value).toBe('Who are you?');
		expect(box()!.checked).toBe(false);
	});

	test('stays on while the turn is edited, and goes with the whole text', async () => {
		await open({});
		await click();
		await write();
		await act(() => fake.app.prompt.edit(`${WRITTEN}I am`));
		expect(box()!.checked).toBe(true);
		expect(prompt().addSpecialTokens).toBe(false);
		await act(() => fake.app.prompt.edit(''));
		expect(prompt().turn).toBeUndefined();
		expect(prompt().addSpecialTokens).toBeUndefined();
		// The next text will be a turn again.
		expect(box()!.checked).toBe(true);
	});

	test('is on for a model that was trained to answer, until a person switches it off', async () => {
		await open(INSTRUCT);
		await write();
		expect(shownText(prompt())).toBe(WRITTEN);
		await click();
		expect(shownText(prompt())).toBe('Who are you?');
		// Nor is any other text made a turn then.
		await act(() =>
			adoptSelection(fake.app, {text: 'And I?', source: {tabId: 1, frameId: 0, editable: true}, caret: false}),
		);
		await typeIn('');
		await typeIn('Who?');
		expect(box()!.checked).toBe(false);
		expect(fake.engine.of('turn')).toHaveLength(1);
	});

	test('stays as it was switched, for a base model too, and is off again with another model', async () => {
		await open({});
		await click();
		await write();
		await act(() =>
			adoptSelection(fake.app, {text: 'And I?', source: {tabId: 1, frameId: 0, editable: true}, caret: false}),
		);
		await write();
		expect(shownText(prompt())).toBe(turnOf('And I?'));
		const {session, app} = fake;
		render(null, document.body);
		app.dispose();
		await open({id: 'gpt2', hasChat: false}, {selected: false, session, isOther: true});
		// The words, without the marks of a template that this model does not have; and the turn, if that is undone.
		expect(shownText(prompt())).toBe('And I?');
		expect(fake.app.turn.on.value).toBe(false);
		await act(() => fake.app.prompt.undo());
		expect(shownText(prompt())).toBe(turnOf('And I?'));
	});

	test('makes a turn of the prompt when a model that was trained to answer is chosen', async () => {
		await open({});
		const {session, app} = fake;
		render(null, document.body);
		app.dispose();
		await open(INSTRUCT, {selected: false, session, isOther: true});
		await write();
		expect(shownText(prompt())).toBe(WRITTEN);
	});

	test('makes a turn of a text whose page was closed before the model was open', async () => {
		await open({});
		const {session, app} = fake;
		render(null, document.body);
		app.dispose();
		const closed = await openApp({session});
		closed.app.turn.beginWithModel();
		closed.app.dispose();
		await open(INSTRUCT, {selected: false, session});
		await write();
		expect(shownText(prompt())).toBe(WRITTEN);
	});

	test('leaves the prompt that an earlier page left as it is, where the model is the same', async () => {
		await open(INSTRUCT);
		await write();
		await act(() => fake.app.prompt.undo());
		expect(box()!.checked).toBe(false);
		const {session, app} = fake;
		render(null, document.body);
		app.dispose();
		await open(INSTRUCT, {selected: false, session});
		expect(shownText(prompt())).toBe('Who are you?');
		expect(fake.engine.of('turn')).toEqual([]);
	});

	test('makes a turn of the example, and of a text from the menu of prompts', async () => {
		await open(INSTRUCT, {selected: false});
		const example = fake.engine.last('turn').params.text;
		await write();
		expect(shownText(prompt())).toBe(turnOf(example));
		await act(() => document.querySelector<HTMLButtonElement>('.prompts-menu button')!.click());
		const item = document.querySelector<HTMLButtonElement>('.prompts-menu .menu-item')!;
		const text = item.querySelector('.prompt-sample')!.textContent!;
		await act(() => item.click());
		await write();
		expect(shownText(prompt())).toBe(turnOf(text));
	});

	test('leaves what a link names as it is', async () => {
		await open(INSTRUCT, {selected: false});
		await write();
		await act(() => adoptLink(fake.app, {text: 'Linked', appended: [], generation: DEFAULT_GENERATION}));
		expect(shownText(prompt())).toBe('Linked');
		expect(fake.engine.of('turn')).toHaveLength(1);
		expect(box()!.checked).toBe(false);
	});

	test('leaves a prompt alone that has changed before the template was filled', async () => {
		await open({});
		await click();
		await act(() => fake.app.prompt.edit('Who are you, and'));
		await act(async () => answer());
		await vi.waitFor(() => expect(fake.engine.last('classes').params.prompt.text).toBe('Who are you, and'));
		expect(shownText(prompt())).toBe('Who are you, and');
	});

	test('says why a template fails, and keeps the text', async () => {
		await open({});
		await click();
		await act(() => fake.engine.last('turn').fail('bad-model', 'The template fails.'));
		await vi.waitFor(() =>
			expect(document.querySelector('[role=status]')?.textContent).toContain('The template fails.'),
		);
		expect(area().value).toBe('Who are you?');
	});
});

describe('a text that is typed for a model that was trained to answer', () => {
	const empty = async () => {
		await open(INSTRUCT);
		await write();
		await typeIn('');
		expect(shownText(prompt())).toBe('');
	};

	test('becomes a turn with its first letter, and the caret stays after it', async () => {
		await empty();
		// What is typed next will be one.
		expect(box()!.checked).toBe(true);
		expect(fake.engine.of('turn')).toHaveLength(1);
		await typeIn('W');
		expect(fake.engine.last('turn').params).toEqual({text: 'W'});
		expect(box()!.checked).toBe(true);
		await write();
		expect(area().value).toBe(turnOf('W'));
		expect(caret()).toEqual([BEFORE.length + 1, BEFORE.length + 1]);
		// The rest goes into the turn as it is typed, and no template moves it.
		await typeIn(turnOf('Who'), BEFORE.length + 3);
		expect(area().value).toBe(turnOf('Who'));
		expect(caret()).toEqual([BEFORE.length + 3, BEFORE.length + 3]);
		await asksClasses({text: turnOf('Who'), appended: [], addSpecialTokens: false});
	});

	test('loses no letter that was typed before the template was filled', async () => {
		await empty();
		await typeIn('W');
		await typeIn('Wo');
		await typeIn('Who', 1);
		await write();
		expect(area().value).toBe(turnOf('Who'));
		expect(caret()).toEqual([BEFORE.length + 1, BEFORE.length + 1]);
	});

	test('has the caret where it was where the template trims', async () => {
		await empty();
		await typeIn('  Who ', 4);
		const {params, answer} = fake.engine.last('turn');
		await act(() => answer({text: turnOf(params.text.trim()), around: {before: BEFORE, after: AFTER}}));
		await vi.waitFor(() => expect(area().value).toBe(turnOf('Who')));
		expect(caret()).toEqual([BEFORE.length + 2, BEFORE.length + 2]);
	});

	test('waits for the input method', async () => {
		await empty();
		await typeIn('你');
		await compose('compositionstart');
		await typeIn('你hao');
		await act(async () => answer());
		expect(area().value).toBe('你hao');
		await typeIn('你好');
		await compose('compositionend');
		expect(fake.engine.last('turn').params).toEqual({text: '你好'});
		await write();
		expect(area().value).toBe(turnOf('你好'));
		expect(caret()).toEqual([BEFORE.length + 2, BEFORE.length + 2]);
	});

	test('becomes one where it is written over a turn, which undo brings back', async () => {
		await open(INSTRUCT);
		await write();
		await typeIn('Why?');
		await write();
		expect(area().value).toBe(turnOf('Why?'));
		await act(() => fake.app.prompt.undo());
		expect(area().value).toBe(WRITTEN);
	});

	test('is the words of the turn: switched off, and among the recent prompts', async () => {
		await empty();
		await typeIn('W');
		await write();
		await typeIn(turnOf('Why me'), BEFORE.length + 6);
		await typeIn(`${turnOf('Why me')}Because`);
		expect(fake.app.recent.texts.value[0]).toBe('Why me');
		await click();
		expect(area().value).toBe('Why me');
		await act(() => fake.app.prompt.undo());
		expect(area().value).toBe(`${turnOf('Why me')}Because`);
	});

	test('stays text where the template fails, until the switch is used', async () => {
		await empty();
		await typeIn('W');
		await act(() => fake.engine.last('turn').fail('bad-model', 'The template fails.'));
		await vi.waitFor(() => expect(box()!.checked).toBe(false));
		await typeIn('Wh');
		expect(area().value).toBe('Wh');
		expect(fake.engine.of('turn')).toHaveLength(2);
	});

	test('stays text where it cannot be said where in the turn it is', async () => {
		await empty();
		await typeIn('W');
		await act(async () => fake.engine.last('turn').answer({text: 'USER: w', around: null}));
		await vi.waitFor(() => expect(box()!.checked).toBe(false));
		expect(area().value).toBe('W');
	});

	test('is asked of transformers with apply_chat_template once the template is known to write the same', async () => {
		await empty();
		await typeIn('W');
		await write();
		await typeIn(turnOf('Who'), BEFORE.length + 3);
		expect(python()).not.toContain('apply_chat_template');
		await vi.waitFor(() => expect(fake.engine.last('turn').params).toEqual({text: 'Who'}));
		await act(async () => answer());
		await vi.waitFor(() => expect(python()).toContain('[{"role": "user", "content": "Who"}]'));
	});
});

const python = () => toPython({prompt: prompt(), generation: DEFAULT_GENERATION, model: 'a/b', limit: 5});

describe('a turn', () => {
	test('shows special tokens as chips among the others', async () => {
		await open({});
		await click();
		await write();
		const tokens = TOKENS.map((text, id) => ({id, text, ...(text.startsWith('<|') && {special: true as const})}));
		await asksClasses({text: WRITTEN, appended: [], addSpecialTokens: false});
		await act(() => fake.engine.last('classes').answer({...classesAnswer(TOKENS), tokens}));
		await vi.waitFor(() => expect(document.querySelector('.cell.special')).not.toBeNull());
		const chips = [...document.querySelectorAll('.cell.special')].map(({textContent}) => textContent);
		expect(chips).toEqual(['<|im_start|>', '<|im_end|>', '<|im_start|>']);
		expect(document.querySelector('.mirror')!.textContent).toContain(WRITTEN);
	});

	test('is asked of transformers with apply_chat_template, once edited as the text it is', async () => {
		await open({});
		await click();
		await write();
		expect(python()).toContain(
			'tokenizer.apply_chat_template([{"role": "user", "content": "Who are you?"}], add_generation_prompt=True',
		);
		await act(() => fake.app.prompt.edit(`${WRITTEN}I`));
		expect(python()).not.toContain('apply_chat_template');
		expect(python()).toContain('assistant\\nI", add_special_tokens=False');
	});

	test('is linked to without another beginning', async () => {
		await open({});
		await click();
		await write();
		const linked = readLink(new URL(linkTo(prompt(), DEFAULT_GENERATION)).hash)!;
		await act(() => adoptLink(fake.app, linked));
		expect(shownText(prompt())).toBe(WRITTEN);
		expect(prompt().addSpecialTokens).toBe(false);
	});
});

test.each([
	['HuggingFaceTB/SmolLM2-135M-Instruct', true],
	['gemma-3-270m-it', true],
	['TinyLlama-1.1B-Chat-v1.0', true],
	['hub--Qwen2.5-0.5B-Instruct@0123', true],
	['Qwen3-0.6B-Base', false],
	['Qwen/Qwen3-0.6B-Base@0123', false],
	// Its family marks the models that do not answer.
	['Qwen/Qwen3-0.6B', true],
	['HuggingFaceTB/SmolLM3-3B', true],
	['Qwen/Qwen2.5-0.5B', false],
	['gpt2-mini', false],
	['bit-model', false],
])('whether %s was trained to answer turns is told by its name: %s', (name, answers) => {
	expect(answersTurns(name)).toBe(answers);
});

test('of the catalogue, those that were trained to answer begin with turns', () => {
	const all = CATALOGUE.flatMap(({entries}) => entries.map(({repo}) => repo));
	expect(all.filter(answersTurns)).toEqual([
		'HuggingFaceTB/SmolLM2-135M-Instruct',
		'HuggingFaceTB/SmolLM2-360M-Instruct',
		'Qwen/Qwen3-0.6B',
	]);
});
