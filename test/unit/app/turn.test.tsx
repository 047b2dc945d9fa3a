// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {adoptLink, settleOpening} from '../../../src/app/opening.ts';
import {linkTo, readLink} from '../../../src/app/page/link.ts';
import {PromptEditor} from '../../../src/app/prompt/prompt-editor.tsx';
import {shownText} from '../../../src/app/state/prompt.ts';
import {answersTurns} from '../../../src/app/state/turn-store.ts';
import {toPython} from '../../../src/app/views/classes/export/python.ts';
import {CATALOGUE} from '../../../src/models/catalogue.ts';
import {DEFAULT_GENERATION} from '../../../src/parameters/registry.ts';
import type {ModelInfo} from '../../../src/protocol/engine.ts';
import {type FakeApp, openApp} from '../../helpers/fake-app.ts';
import {classesAnswer} from '../../helpers/fake-engine.ts';
import {installI18n} from '../../helpers/fake-i18n.ts';

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

const WRITTEN = '<|im_start|>user\nWho are you?<|im_end|>\n<|im_start|>assistant\n';
const TOKENS = ['<|im_start|>', 'user', '\n', 'Who are you?', '<|im_end|>', '\n', '<|im_start|>', 'assistant', '\n'];

/** The popup with a text of a page, and a model that has said what it is. */
async function open(model: Partial<ModelInfo>, {selected = true} = {}) {
	fake = await openApp();
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
/** The template is filled. */
async function write() {
	await act(() => fake.engine.last('turn').answer({text: WRITTEN}));
	await act(() => vi.waitFor(() => expect(fake.app.prompt.prompt.peek().turn).toBeDefined()));
}
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
		expect(box()!.checked).toBe(false);
		expect(prompt().addSpecialTokens).toBeUndefined();
	});

	test('is on for a model that was trained to answer, when a text comes from a page', async () => {
		await open({id: 'SmolLM2-135M-Instruct'});
		await write();
		expect(shownText(prompt())).toBe(WRITTEN);
		// A person who switches it off is not asked again.
		await click();
		expect(shownText(prompt())).toBe('Who are you?');
		expect(fake.engine.of('turn')).toHaveLength(1);
	});

	test('leaves what a person types, and the example, as they are', async () => {
		await open({id: 'SmolLM2-135M-Instruct'}, {selected: false});
		expect(fake.engine.of('turn')).toEqual([]);
		expect(box()!.checked).toBe(false);
	});

	test('leaves a prompt alone that has changed before the template was filled', async () => {
		await open({});
		await click();
		await act(() => fake.app.prompt.edit('Who are you, and'));
		await act(async () => fake.engine.last('turn').answer({text: WRITTEN}));
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

	const python = () => toPython({prompt: prompt(), generation: DEFAULT_GENERATION, model: 'a/b', limit: 5});

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
