import {expect} from 'vitest';
import type {FromTrainer, ToTrainer} from '../../../src/features/walkthrough/train/trainer/messages.ts';
import {noPast} from '../../../src/features/walkthrough/train/trainer/past.ts';
import {type TrainerPort, Training} from '../../../src/features/walkthrough/train/training.ts';
import {type Ending, shownAgain, type Work} from './work.ts';

/** A person's lesson, with a worker in the hands of the test. */
export function training(): Work {
	let port: TrainerPort;
	let steps = 0;
	const told: ToTrainer[] = [];
	const say = (data: FromTrainer) => port.onmessage!.call(port as Worker, {data} as MessageEvent);
	const course = new Training(() => {
		port = {
			onmessage: null,
			onerror: null,
			terminate() {},
			postMessage(message: ToTrainer) {
				told.push(message);
				if (message.type !== 'begin') return;
				const begun = {question: message.question, baselines: {} as never, past: noPast(5), found: null};
				say({type: 'begun', ...begun});
			},
		};
		return port;
	});
	/** What a person waits for besides the steps. */
	let saved: Promise<unknown> = Promise.resolve();
	const paused = () => say({type: 'paused', step: steps, isLost: false});
	const endings: Record<Ending, () => void> = {
		throws: () => say({type: 'failed', question: null, why: 'No memory is left.'}),
		'is cancelled'() {
			course.pause();
			expect(told.at(-1)).toEqual({type: 'pause'});
			paused();
		},
		'loses its port': () => port.onerror!.call(port as Worker, {message: 'The worker ended.'} as ErrorEvent),
		'is hidden with its page and shown again'() {
			course.store();
			expect(told.at(-1)).toEqual({type: 'store'});
			shownAgain();
			course.pause();
			paused();
		},
	};
	return {
		begin() {
			if (!course.course.value) course.begin({text: 'A text.', seed: 1, learningRate: 0.003});
			course.run(null);
		},
		isUnderWay: () => course.isRunning.value,
		async end(how) {
			const isEndOfWorker = how === 'throws' || how === 'loses its port';
			if (isEndOfWorker) saved = expect(course.save()).rejects.toThrow(/memory|worker/);
			endings[how]();
			await saved;
		},
		async finish() {
			steps++;
			course.pause();
			paused();
		},
		isDone: () => steps > 0 && course.course.value !== null && course.failure.value === null,
	};
}
