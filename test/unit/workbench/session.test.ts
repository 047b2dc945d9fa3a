import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {type FromTrainer, isKept} from '../../../src/workbench/messages.ts';
import {TrainingSession} from '../../../src/workbench/session.ts';
import {Trainer} from '../../../src/workbench/trainer.ts';

const text = readFileSync('src/workbench/texts/jack.txt', 'utf8');
const lesson = {type: 'begin', text, seed: 7, learningRate: 0.003} as const;

/** A session whose steps come when the test lets them. */
function open() {
	const sent: FromTrainer[] = [];
	let letOne: (() => void) | null = null;
	const session = new TrainingSession(
		message => sent.push(message),
		() =>
			new Promise(resolve => {
				letOne = resolve;
			}),
	);
	return {
		session,
		sent,
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
	const {session, of, turn} = open();
	session.receive(lesson);
	expect(of('begun')).toHaveLength(1);
	expect(of('begun')[0].baselines.pairs).toBeLessThan(of('begun')[0].baselines.frequencies);
	session.receive({type: 'run', steps: 2});
	await turn(4);
	expect(of('step').map(({step}) => step)).toEqual([1, 2]);
	expect(of('step')[0].losses).toHaveLength(512);
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
	const {session, of, turn} = open();
	session.receive(lesson);
	session.receive({type: 'run', steps: null});
	for (let k = 0; k < 50; k++) await null;
	expect(of('step')).toHaveLength(0);
	await turn(1);
	expect(of('step')).toHaveLength(1);
});

test('one looks at a step whose weights were kept, with any prompt, and sees the same as then', async () => {
	const {session, of, sent, turn} = open();
	session.receive(lesson);
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
	look(5, 3, 'This');
	expect(sent.at(-1)).toMatchObject({type: 'failed', question: 5});
});

test('another lesson ends the one before', async () => {
	const {session, of, turn} = open();
	session.receive(lesson);
	session.receive({type: 'run', steps: null});
	await turn(2);
	session.receive({...lesson, seed: 8});
	await turn(3);
	expect(of('step')).toHaveLength(2);
	expect(of('paused').at(-1)).toEqual({type: 'paused', step: 0, isLost: false});
});

test('what is no message, too short a text and a step before a text are answered, and nothing breaks', () => {
	const {session, of} = open();
	for (const data of [
		null,
		'run',
		{type: 'begin', text, seed: -1, learningRate: 0.1},
		{type: 'begin', text, seed: 1, learningRate: Number.NaN},
		{type: 'begin', text: 'short', seed: 1, learningRate: 0.1},
		{type: 'run', steps: 1},
		{type: 'look', question: 1, step: 0, prompt: '', continued: 1e9},
	])
		session.receive(data);
	expect(of('failed')).toHaveLength(7);
	expect(of('failed')[4].why).toBe('The text has 5 bytes; training needs 650.');
	session.receive(lesson);
	session.receive({type: 'save', question: 3});
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
