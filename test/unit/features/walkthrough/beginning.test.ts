import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {bareInPython, loadInPython} from '../../../../src/features/walkthrough/shared/python.ts';
import {bare} from '../../../../src/features/walkthrough/state/beginning.ts';
import type {ModelInfo} from '../../../../src/protocol/questions/model.ts';
import {METHODS, type Method} from '../../../../src/protocol/questions.ts';
import {fakeWalk} from '../../../helpers/fake-walk.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const BOS = {id: 1, text: '<bos>'};
const prompt = {text: 'A', appended: []};
const bareOf = {...prompt, addSpecialTokens: false};

async function open(hash: string, beginning: ModelInfo['beginning']) {
	const fake = fakeWalk(hash);
	fake.engine.last('model').answer({id: 'm', beginning} as ModelInfo);
	await vi.advanceTimersByTimeAsync(1);
	const asked = () => {
		void fake.walk.engine.request('lens', {prompt, target: null});
		return fake.engine.last('lens').params.prompt;
	};
	return {...fake, asked};
}

test('what comes before the text is left out of every question, and the address says so in every chapter', async () => {
	const {walk, asked, address} = await open('#vector', [BOS]);
	expect(walk.beginning.tokens.value).toEqual([BOS]);
	expect(asked()).toEqual(prompt);
	walk.beginning.toggle();
	expect(walk.beginning.isAdded.value).toBe(false);
	expect(asked()).toEqual(bareOf);
	address.chapter.value = 'loop';
	expect(address.link()).toMatch(/#loop\?.*beginning=off/);
	walk.beginning.toggle();
	expect(asked()).toEqual(prompt);
	expect(address.link()).not.toContain('beginning');
	walk.dispose();
});

test('a link leaves it out, before the model is known too; where a tokenizer adds nothing, nothing is left out', async () => {
	const {walk, asked} = await open('#vector?beginning=off', [BOS]);
	expect(asked()).toEqual(bareOf);
	walk.dispose();
	const unknown = fakeWalk('#vector?beginning=off');
	void unknown.walk.engine.request('lens', {prompt, target: null});
	expect(unknown.engine.last('lens').params.prompt).toEqual(bareOf);
	unknown.walk.dispose();
	const none = await open('#vector?beginning=off', []);
	expect(none.asked()).toEqual(prompt);
	none.walk.dispose();
});

test('a changed body is asked in the same way', async () => {
	const {walk, engine} = await open('#vector?beginning=off&off=1.1', [BOS]);
	void walk.body.engine.value.request('lens', {prompt, target: null});
	expect(engine.last('lens').params).toMatchObject({prompt: bareOf, changes: {off: [{block: 0, part: 0}]}});
	walk.dispose();
});

test('every question that is about a prompt or a text can be asked so', () => {
	const cells = [{block: 0, position: 0}];
	const more = {prompt, prompts: [prompt, prompt], changes: {patch: {prompt, cells}}};
	for (const [method, {entries}] of Object.entries(METHODS) as [Method, {entries: object}][]) {
		// The desk's question has a switch of its own.
		if (method === 'measure') continue;
		const params = Object.fromEntries(Object.entries(more).filter(([name]) => name in entries));
		const asked = bare(method, params as never) as typeof more & {addSpecialTokens?: boolean};
		if ('prompt' in entries) expect(asked.prompt, method).toEqual(bareOf);
		if ('prompts' in entries) expect(asked.prompts, method).toEqual([bareOf, bareOf]);
		if ('changes' in entries) expect(asked.changes.patch.prompt, method).toEqual(bareOf);
		expect('addSpecialTokens' in asked, method).toBe('addSpecialTokens' in entries);
	}
});

test('in Python the tokenizer then adds nothing', () => {
	const code = bareInPython(`${loadInPython('a/b')}\nids = tokenizer("A").input_ids`);
	expect(code).toMatch(
		/tokenizer = AutoTokenizer[^\n]*\nclass Bare\(type\(tokenizer\)\)[\s\S]*__class__ = Bare\nmodel = /,
	);
});
