import {readFileSync} from 'node:fs';
import {expect, test, vi} from 'vitest';
import {parametersOf} from '../../../../../../src/features/walkthrough/train/trainer/gpt.ts';
import type {FromTrainer} from '../../../../../../src/features/walkthrough/train/trainer/messages.ts';
import {isKept, noPast} from '../../../../../../src/features/walkthrough/train/trainer/past.ts';
import {TrainingSession} from '../../../../../../src/features/walkthrough/train/trainer/session.ts';
import {SHAPE} from '../../../../../../src/features/walkthrough/train/trainer/shape.ts';
import {withoutText} from '../../../../../../src/features/walkthrough/train/trainer/stored-training.ts';
import {Trainer} from '../../../../../../src/features/walkthrough/train/trainer/trainer.ts';
import {TrainingStore} from '../../../../../../src/features/walkthrough/train/trainer/training-store.ts';
import {MemoryFolder} from '../../../../../helpers/memory-folder.ts';
import {waitFor} from '../../../../../helpers/wait.ts';

const text = readFileSync('src/features/walkthrough/train/trainer/texts/jack.txt', 'utf8');
const lesson = {text, seed: 7, learningRate: 0.003};
const begin = {type: 'begin', question: 1, lesson, anew: false} as const;

/** A session whose steps come when the test lets them, with the files that another one may have left. */
function open(folder = new MemoryFolder()) {
	const sent: FromTrainer[] = [];
	let letOne: (() => void) | null = null;
	const session = new TrainingSession(
		message => sent.push(message),
		() =>
			new Promise(resolve => {
				letOne = resolve;
			}),
		new TrainingStore(folder),
	);
	return {
		session,
		sent,
		/** Hands over a message, and waits until an answer of this type has come. */
		async ask(message: unknown, answer: FromTrainer['type']) {
			const before = sent.length;
			session.receive(message);
			await waitFor(answer, () => sent.slice(before).some(({type}) => type === answer));
		},
		of: <T extends FromTrainer['type']>(type: T) =>
			sent.filter((message): message is Extract<FromTrainer, {type: T}> => message.type === type),
		/** Lets so many steps come, and what follows the last of them. */
		async turn(turns: number) {
			for (let i = 0; i < turns; i++) {
				const go = letOne;
				letOne = null;
				go?.();
				for (let k = 0; k < 5; k++) await null;
			}
		},
	};
}

test('a lesson begins with what guesses reach, and steps come as they are asked for', async () => {
	const {session, ask, of, turn} = open();
	await ask(begin, 'begun');
	expect(of('begun')).toHaveLength(1);
	expect(of('begun')[0].baselines.pairs).toBeLessThan(of('begun')[0].baselines.frequencies);
	session.receive({type: 'run', steps: 2});
	await turn(4);
	expect(of('step').map(({step}) => step)).toEqual([1, 2]);
	expect(of('step')[0].batch.losses).toHaveLength(512);
	expect(of('paused')).toEqual([{type: 'paused', step: 2, isLost: false}]);
	session.receive({type: 'run', steps: null});
	await turn(1);
	session.receive({type: 'pause'});
	await turn(3);
	expect(of('step')).toHaveLength(3);
	expect(of('paused')).toHaveLength(2);
	// The same as one that was never paused.
	const trainer = new Trainer(new TextEncoder().encode(text), lesson);
	for (let i = 0; i < 2; i++) trainer.next();
	expect(of('step')[2].loss).toBe(trainer.next().loss);
});

test('no step begins before its turn: what else there is to do goes first', async () => {
	const {session, ask, of, turn} = open();
	await ask(begin, 'begun');
	session.receive({type: 'run', steps: null});
	for (let k = 0; k < 50; k++) await null;
	expect(of('step')).toHaveLength(0);
	await turn(1);
	expect(of('step')).toHaveLength(1);
});

test('one looks at a step whose weights were kept, with any prompt, and sees the same as then', async () => {
	const {session, ask, of, sent, turn} = open();
	await ask(begin, 'begun');
	session.receive({type: 'run', steps: 2});
	await turn(2);
	const look = (question: number, step: number | null, prompt: string) =>
		session.receive({type: 'look', question, step, prompt, continued: 4});
	look(1, 2, 'This');
	session.receive({type: 'run', steps: 2});
	await turn(4);
	look(2, 2, 'This');
	look(3, 0, '');
	look(4, null, 'This');
	const [then, now, untrained, last] = of('looked');
	expect(now).toEqual({...then, question: 2});
	expect([untrained.step, last.step]).toEqual([0, 4]);
	expect(untrained.continuation).toHaveLength(4);
	expect(last.distribution).not.toEqual(now.distribution);
	await ask({type: 'look', question: 5, step: 3, prompt: 'This', continued: 4}, 'failed');
	expect(sent.at(-1)).toMatchObject({type: 'failed', question: 5});
});

test('another lesson ends the one before', async () => {
	const {session, ask, of, turn} = open();
	await ask(begin, 'begun');
	session.receive({type: 'run', steps: null});
	await turn(2);
	await ask({...begin, question: 2, lesson: {...lesson, seed: 8}}, 'begun');
	await turn(3);
	expect(of('step')).toHaveLength(2);
	expect(of('paused')).toEqual([{type: 'paused', step: 0, isLost: false}]);
});

test('a step that throws ends the training with its reason, and the lesson can be begun again', async () => {
	const {session, ask, of, turn} = open();
	await ask(begin, 'begun');
	const next = vi.spyOn(Trainer.prototype, 'next').mockImplementation(() => {
		throw new Error('No memory is left.');
	});
	session.receive({type: 'run', steps: null});
	await turn(3);
	expect(of('failed')).toEqual([{type: 'failed', question: null, why: 'No memory is left.'}]);
	next.mockRestore();
	await ask({...begin, question: 2}, 'begun');
	session.receive({type: 'run', steps: 2});
	await turn(4);
	expect(of('step').map(({step}) => step)).toEqual([1, 2]);
	expect(of('paused')).toEqual([{type: 'paused', step: 2, isLost: false}]);
});

test('what is no message, too short a text and a step before a text are answered, and nothing breaks', async () => {
	const {session, ask, of} = open();
	for (const data of [
		null,
		'run',
		{...begin, lesson: {...lesson, seed: -1}},
		{...begin, lesson: {...lesson, learningRate: Number.NaN}},
		{...begin, lesson: {...lesson, text: 'short'}},
		{type: 'run', steps: 1},
		{type: 'look', question: 1, step: 0, prompt: '', continued: 1e9},
	])
		session.receive(data);
	await waitFor('failed', () => of('failed').length === 7);
	expect(of('failed')).toContainEqual({
		type: 'failed',
		question: 1,
		why: 'The text has 5 bytes; training needs 650.',
	});
	await ask(begin, 'begun');
	await ask({type: 'save', question: 3}, 'saved');
	expect(of('saved')[0].files.map(({name}) => name)).toEqual([
		'config.json',
		'tokenizer.json',
		'tokenizer_config.json',
		'model.safetensors',
	]);
});

test('weights are kept after 0, 1, 2, 5, 10, 20, 50, ... steps', () => {
	const kept = Array.from({length: 10_001}, (_, step) => step).filter(isKept);
	expect(kept).toEqual([0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]);
});

/** The losses of a training that is never stopped. */
function uninterrupted(steps: number): number[] {
	const trainer = new Trainer(new TextEncoder().encode(text), lesson);
	return Array.from({length: steps}, () => trainer.next().loss);
}

test('five steps, another page, and five more are ten steps that were never stopped, to the bit', async () => {
	const folder = new MemoryFolder();
	const first = open(folder);
	await first.ask(begin, 'begun');
	expect(first.of('begun')[0].found).toBeNull();
	first.session.receive({type: 'run', steps: 5});
	await first.turn(6);
	await waitFor('stored', () => first.of('stored').length > 0);
	expect(first.of('stored')).toEqual([{type: 'stored', step: 5}]);
	// What a page said stays off the disk.
	expect(Buffer.from([...folder.files.values()][0]).toString('latin1')).not.toContain('malt');

	const second = open(folder);
	await second.ask(begin, 'begun');
	const {past, baselines, found} = second.of('begun')[0];
	expect(found).toEqual({kind: 'same', step: 5});
	expect(baselines).toEqual(first.of('begun')[0].baselines);
	expect(past).toEqual(first.of('begun')[0].past);
	expect(past.keptBack.map(({step}) => step)).toEqual([0, 1, 2, 3, 4, 5]);
	expect([...past.batches.keys()]).toEqual([1, 2, 5]);
	second.session.receive({type: 'run', steps: 5});
	await second.turn(6);
	expect(second.of('step').map(({step}) => step)).toEqual([6, 7, 8, 9, 10]);
	expect(past.losses).toEqual(uninterrupted(10));

	// One looks back at what the first page trained, and what comes now is what would have come.
	const whole = open();
	await whole.ask(begin, 'begun');
	whole.session.receive({type: 'run', steps: 10});
	await whole.turn(11);
	for (const [question, step] of [0, 1, 2, 5, 10, null].entries())
		for (const {session} of [second, whole])
			session.receive({type: 'look', question, step, prompt: 'This is', continued: 20});
	expect(second.of('looked')).toHaveLength(6);
	expect(second.of('looked')).toEqual(whole.of('looked'));
	await Promise.all([second, whole].map(({ask}) => ask({type: 'save', question: 9}, 'saved')));
	expect(second.of('saved')).toEqual(whole.of('saved'));
});

test('a training that goes on is stored when the page is hidden, and after every hundred steps', async () => {
	const {session, ask, of, turn} = open();
	await ask(begin, 'begun');
	session.receive({type: 'store'});
	session.receive({type: 'run', steps: null});
	await turn(3);
	await ask({type: 'store'}, 'stored');
	expect(of('stored')).toEqual([{type: 'stored', step: 3}]);

	const folder = new MemoryFolder();
	const {state} = new Trainer(new TextEncoder().encode(text), lesson);
	await new TrainingStore(folder).write({
		lesson: await withoutText(lesson),
		state: {...state, step: 99},
		snapshots: new Map(),
		past: {...noPast(5), losses: Array(99).fill(5)},
	});
	const later = open(folder);
	await later.ask(begin, 'begun');
	later.session.receive({type: 'run', steps: null});
	await later.turn(1);
	await waitFor('the hundredth step', () => later.of('stored').length > 0);
	expect(later.of('stored')).toEqual([{type: 'stored', step: 100}]);
});

test('another lesson begins untrained and says what is stored, until its own first steps are; begun anew, nothing is', async () => {
	const folder = new MemoryFolder();
	const train = async (message: object, steps: number) => {
		const {session, ask, of, turn} = open(folder);
		await ask({...begin, ...message}, 'begun');
		const [{past, found}] = of('begun');
		session.receive({type: 'run', steps});
		if (steps > 0) {
			await turn(steps + 1);
			await waitFor('stored', () => of('stored').length > 0);
		}
		return {found, begunAfter: past.losses.length - of('step').length};
	};
	await train({}, 1);
	const numbers = {lesson: {...lesson, seed: 8}};
	const other = {kind: 'other', step: 1, seed: 7, learningRate: 0.003};
	expect(await train(numbers, 0)).toEqual({found: {...other, isSameText: true}, begunAfter: 0});
	const rhyme = {lesson: {...lesson, text: 'The house that Anna built. '.repeat(40)}};
	expect(await train(rhyme, 0)).toEqual({found: {...other, isSameText: false}, begunAfter: 0});
	expect(await train({}, 1)).toEqual({found: {kind: 'same', step: 1}, begunAfter: 1});
	expect(await train(numbers, 1)).toEqual({found: {...other, step: 2, isSameText: true}, begunAfter: 0});
	expect(await train({}, 0)).toMatchObject({found: {kind: 'other', seed: 8}});
	expect(await train({anew: true}, 0)).toEqual({found: null, begunAfter: 0});
	expect(await train(numbers, 0)).toEqual({found: null, begunAfter: 0});
	expect(folder.files.size).toBe(0);
});

test('what is stored and cannot be read is passed over; what cannot be stored is said, and trains on', async () => {
	const folder = new MemoryFolder();
	const whole = open(folder);
	await whole.ask(begin, 'begun');
	whole.session.receive({type: 'run', steps: 1});
	await whole.turn(2);
	await waitFor('stored', () => whole.of('stored').length > 0);
	const [[path, file]] = folder.files;
	const bytes = 4 * parametersOf(SHAPE);
	const rewritten = (from: string, to: string) =>
		Buffer.from(Buffer.from(file).toString('latin1').replace(from, to), 'latin1');
	for (const broken of [
		file.subarray(0, -1),
		file.subarray(0, 1000),
		new Uint8Array(100),
		new TextEncoder().encode('no training'),
		rewritten('\\"version\\":1', '\\"version\\":2'),
		rewritten('\\"seed\\":7', '\\"seed\\":x'),
		rewritten('"weights.1"', '"weights.9"'),
		// Weights, and what Adam remembers: no numbers.
		...[0, 1, 2].map(i => file.slice().fill(0xff, 30_000 + i * bytes, 30_008 + i * bytes)),
	]) {
		const {ask, of} = open(new MemoryFolder(new Map([[path, broken]])));
		await ask(begin, 'begun');
		expect(of('begun')[0]).toMatchObject({found: {kind: 'unreadable'}, past: {losses: []}});
	}
	// A page that ended in its first write left a file without a byte.
	const empty = open(new MemoryFolder(new Map([[path, new Uint8Array(0)]])));
	await empty.ask(begin, 'begun');
	expect(empty.of('begun')[0].found).toBeNull();

	const full = new MemoryFolder();
	full.room = 1000;
	const {session, ask, of, turn} = open(full);
	await ask(begin, 'begun');
	session.receive({type: 'run', steps: 1});
	await turn(2);
	await waitFor('not-stored', () => of('not-stored').length > 0);
	expect(of('not-stored')).toEqual([{type: 'not-stored', why: 'The storage is full.'}]);
	session.receive({type: 'run', steps: 1});
	await turn(2);
	expect(of('step')).toHaveLength(2);
});

test('of two lessons that are asked for at once, the last one begins', async () => {
	const {session, ask, of} = open();
	session.receive(begin);
	await ask({...begin, question: 2, lesson: {...lesson, seed: 8}}, 'begun');
	for (let i = 0; i < 50; i++) await null;
	expect(of('begun').map(({question}) => question)).toEqual([2]);
});
