import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {createQuery, type Query} from '../../../src/client/query.ts';
import {DEFAULT_GENERATION} from '../../../src/engine/parameters/registry.ts';
import {classesAnswer, FakeEngine} from '../../helpers/fake-engine.ts';

let engine: FakeEngine;
let query: Query<'classes'>;

beforeEach(() => {
	vi.useFakeTimers();
	engine = new FakeEngine();
	query = createQuery(engine, 'classes');
});
afterEach(() => {
	vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);
const about = (text: string) => ({prompt: {text, appended: []}, generation: DEFAULT_GENERATION, limit: 3});
const state = () => ({
	running: query.running.value,
	progress: query.progress.value,
	error: query.error.value?.message ?? null,
	answered: query.result.value?.params.prompt.text ?? null,
});
const IDLE = {running: false, progress: null, error: null, answered: null};
const progress = {kind: 'progress', phase: 'model', done: 1, total: 2} as const;

test('a question runs, reports progress and is answered; the answer names its question', async () => {
	expect(state()).toEqual(IDLE);
	const ended = query.ask(about('one'));
	expect(state()).toEqual({...IDLE, running: true});
	engine.last('classes').event(progress);
	expect(state()).toEqual({...IDLE, running: true, progress});
	engine.last('classes').answer(classesAnswer(['one']));
	await ended;
	expect(state()).toEqual({...IDLE, answered: 'one'});
});

test('the next question cancels the one before; the last answer stays until the new one is there', async () => {
	query.ask(about('one'));
	engine.last('classes').answer(classesAnswer(['one']));
	await settle();
	query.ask(about('two'));
	const second = engine.last('classes');
	query.ask(about('three'));
	expect(second.cancelled).toBe(true);
	expect(state()).toEqual({...IDLE, running: true, answered: 'one'});
	second.event(progress);
	expect(query.progress.value).toBeNull();
	engine.last('classes').answer(classesAnswer(['three']));
	await settle();
	expect(query.result.value?.answer.tokens[0].text).toBe('three');
});

test('a question that waits is replaced by the next, and only that is asked', async () => {
	query.ask(about('o'), {delay: 100});
	await vi.advanceTimersByTimeAsync(99);
	query.ask(about('on'), {delay: 100});
	await vi.advanceTimersByTimeAsync(99);
	expect(engine.asked).toHaveLength(0);
	await vi.advanceTimersByTimeAsync(1);
	expect(engine.of('classes').map(({params}) => params.prompt.text)).toEqual(['on']);
});

test('an error is shown until the question is asked again, which happens at once', async () => {
	const failures: string[] = [];
	query.ask(about('one'), {delay: 100, onError: ({message}) => failures.push(message)});
	await vi.advanceTimersByTimeAsync(100);
	engine.last('classes').fail('worker-lost', 'The worker died.');
	await settle();
	expect(state()).toEqual({...IDLE, error: 'The worker died.'});
	expect(failures).toEqual(['The worker died.']);
	query.retry();
	expect(state()).toEqual({...IDLE, running: true});
	expect(engine.of('classes').map(({params}) => params.prompt.text)).toEqual(['one', 'one']);
});

test('a cancelled question is no error, and nothing of it arrives', async () => {
	const arrived: unknown[] = [];
	const note = (what: unknown) => arrived.push(what);
	const ended = query.ask(about('one'), {onEvent: note, onAnswer: note, onError: note});
	query.cancel();
	await ended;
	expect(engine.last('classes').cancelled).toBe(true);
	expect(state()).toEqual(IDLE);
	expect(arrived).toEqual([]);
});

test('the first event of an answer ends the progress of the prompt', () => {
	const generate = createQuery(engine, 'generate');
	const events: string[] = [];
	generate.ask(
		{prompt: {text: 'one', appended: []}, generation: DEFAULT_GENERATION},
		{onEvent: ({kind}) => events.push(kind)},
	);
	engine.last('generate').event(progress);
	expect(generate.progress.value).toEqual(progress);
	engine.last('generate').event({kind: 'tokens', tokens: []});
	expect(generate.progress.value).toBeNull();
	expect(events).toEqual(['tokens']);
});

test('a reset forgets the answer', async () => {
	query.ask(about('one'));
	engine.last('classes').answer(classesAnswer(['one']));
	await settle();
	query.reset();
	expect(state()).toEqual(IDLE);
});
