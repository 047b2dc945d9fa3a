import {signal} from '@preact/signals';
import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import type {Engine} from '../../../../src/client/query.ts';
import {offInPython} from '../../../../src/features/walkthrough/blocks/python.ts';
import {openAddress} from '../../../../src/features/walkthrough/state/address.ts';
import {createBody} from '../../../../src/features/walkthrough/state/changes.ts';
import type {ModelInfo} from '../../../../src/protocol/questions/model.ts';
import {partName, partNamed} from '../../../../src/protocol/values/part-names.ts';
import {FakeEngine} from '../../../helpers/fake-engine.ts';
import {fakeBar} from '../../../helpers/fake-walk.ts';

beforeAll(() => void vi.useFakeTimers());
afterAll(() => void vi.useRealTimers());

const prompt = {text: 'A', appended: []};

function open(hash: string) {
	const bar = fakeBar(hash);
	const address = openAddress(bar.fake, ['vector', 'loop'], {handedOver: null, example: 'An example'});
	const engine = new FakeEngine();
	const model = signal<ModelInfo | null>(null);
	const body = createBody(address, signal<Engine>(engine), model);
	const written = () => {
		vi.advanceTimersByTime(1000);
		return bar.fake.location.hash;
	};
	return {...bar, address, engine, model, body, written};
}

test('a part is named as people count, and a name that is none is no part', () => {
	for (const part of [
		{block: 4, part: 2},
		{block: 0, part: 'mlp'},
		{block: 11, part: 'attention'},
	] as const)
		expect(partNamed(partName(part))).toEqual(part);
	expect(partName({block: 4, part: 2})).toBe('5.3');
	for (const name of ['', '5', '0.1', '5.0', 'mlp', 'mlp.0', 'mlp.x', '1.2.3', 'head.1', '99999.1'])
		expect(partNamed(name)).toBeNull();
});

test('parts that are off are in the address of every chapter, and are read from a link, each once', async () => {
	const {body, address, written, follow} = open('#vector?off=2.4,2.4,mlp.3,x&fill=mean');
	expect(body.off.value).toEqual([
		{block: 1, part: 3},
		{block: 2, part: 'mlp'},
	]);
	expect(body.fill.value).toBe('mean');
	body.toggle({block: 1, part: 3});
	body.toggle({block: 4, part: 2});
	body.setFill('zero');
	expect(written()).toBe('#vector?off=mlp.3%2C5.3');
	address.chapter.value = 'loop';
	expect(written()).toBe('#loop?off=mlp.3%2C5.3');
	follow('#loop?off=attention.1');
	expect(body.off.value).toEqual([{block: 0, part: 'attention'}]);
	body.reset();
	expect(written()).toBe('#loop');
	expect(body.changes.value).toBeNull();
});

test('the engine is told of them where it can do something with them, and of nothing else', () => {
	const {body, engine, model} = open('#vector?off=2.4');
	const off = [{block: 1, part: 3}];
	void body.engine.value.request('heads', {prompt});
	expect(engine.last('heads').params).toEqual({prompt, changes: {off, fill: 'zero'}});
	void body.engine.value.request('tokenize', {text: 'A'});
	expect(engine.last('tokenize').params).toEqual({text: 'A'});
	// Of a model that came as ONNX nothing can be changed.
	model.value = {hiddenStates: false} as ModelInfo;
	expect(body.engine.value).toBe(engine);
	model.value = null;
	body.reset();
	expect(body.engine.value).toBe(engine);
});

test('the Python switches the same parts off, by hooks', () => {
	const off = [
		{block: 1, part: 3},
		{block: 2, part: 'mlp'},
	] as const;
	const zero = offInPython('A', null, off, 'zero').split('\n');
	expect(zero).toContain('heads = [(1, 3)]  # (block, head)');
	expect(zero).toContain('parts = [(2, "mlp")]  # (block, "attention" or "mlp")');
	expect(zero).toContain('        z[..., part] = 0');
	const mean = offInPython('A', null, off, 'mean').split('\n');
	expect(mean).toContain('        z[..., part] = means[module][..., part]');
	expect(mean).toContain('    y = means[module].expand_as(first(output))');
});
