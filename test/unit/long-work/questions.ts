import {signal} from '@preact/signals';
import type {EngineClient} from '../../../src/client/engine-client.ts';
import {createQuery} from '../../../src/client/query.ts';
import {DEFAULT_SETTINGS} from '../../../src/client/settings/settings.ts';
import {createContinuationsStore} from '../../../src/features/continuations/continuations-store.ts';
import {createRun} from '../../../src/features/corpus/state/run.ts';
import {createLoop} from '../../../src/features/loop/loop.ts';
import {createPromptStore} from '../../../src/features/prompt/prompt-store.ts';
import {openSession} from '../../../src/features/prompt/session.ts';
import {createStrategyRuns} from '../../../src/features/strategies/runs.ts';
import type {Method} from '../../../src/protocol/questions.ts';
import {FakeStorage} from '../../helpers/fake-storage.ts';
import {clientOf, type Ending, FakeEnd, shownAgain, type Work} from './work.ts';

interface Asking {
	begin(): void;
	cancel(): void;
	isUnderWay(): boolean;
	isDone(): boolean;
}

/** Work that is one question to the engine. */
function asking(method: Method, answer: object, make: (client: EngineClient) => Asking, event?: object): Work {
	const model = {id: 'model', dtype: 'fp32', contextLength: 64};
	const end = new FakeEnd(({id, method}, say) => {
		if (method === 'model') queueMicrotask(() => say({type: 'answer', id, answer: model}));
		return method === 'model';
	});
	const {cancel, ...work} = make(clientOf(end));
	const endings: Record<Ending, (id: number) => void> = {
		throws: id => end.say({type: 'error', id, code: 'internal', message: 'Something broke.'}),
		'is cancelled': cancel,
		'loses its port': () => end.drop(),
		'is hidden with its page and shown again'() {
			end.drop();
			shownAgain();
		},
	};
	return {
		...work,
		async end(how) {
			const {id} = await end.asked(method);
			end.say({type: 'event', id, event: {kind: 'progress', phase: 'model', done: 0, total: 1}});
			endings[how](id);
		},
		async finish() {
			const {id} = await end.asked(method);
			if (event) end.say({type: 'event', id, event});
			end.say({type: 'answer', id, answer});
		},
	};
}

/** What the stores of the popup share. */
async function parts(engine: EngineClient) {
	const session = await openSession('popup', new FakeStorage());
	return {engine, session, prompt: createPromptStore(session), settings: signal(DEFAULT_SETTINGS), ready: signal(true)};
}

const continuation = {text: '', tokens: [], finishReason: 'length', beamScore: null};
const generated = {continuations: [continuation], dropped: 0, trace: null, decodeMilliseconds: 1};

export const painting = () =>
	asking('score', {model: 'model', tokenCount: 0}, client => {
		const query = createQuery(client, 'score');
		client.hold(true);
		return {
			begin: () => void query.ask({text: 'A text.'}),
			cancel: query.cancel,
			isUnderWay: () => query.running.value,
			isDone: () => query.result.value !== null,
		};
	});

export const generation = () =>
	withParts('generate', generated, shared => {
		const store = createContinuationsStore({...shared, visible: signal(false)});
		return {
			begin: store.again,
			cancel: store.stop,
			isUnderWay: () => store.run.value?.status === 'running',
			isDone: () => store.run.value?.status === 'done',
		};
	});

export const beamSearch = () =>
	withParts('generate', generated, shared => {
		const runs = createStrategyRuns(shared);
		for (const {id, preset} of runs.picks.value) if (preset !== 'beam') runs.remove(id);
		return {
			begin: runs.start,
			cancel: runs.stop,
			isUnderWay: () => runs.running.value,
			isDone: () => runs.picks.value[0].run?.status === 'done',
		};
	});

const drawn = {id: 1, text: '.', rank: 1, end: true, completesForm: false};
export const playing = () =>
	withParts('draw', drawn, shared => {
		const classes = {answerFor: shared.prompt.key, running: signal(false), error: signal(null)};
		const loop = createLoop({...shared, classes});
		return {
			begin: loop.play,
			cancel: loop.pause,
			isUnderWay: () => loop.playing.value,
			isDone: () => loop.ended.value === 'end-of-text',
		};
	});

/** Of a store that needs what the popup's stores share. */
async function withParts(
	method: Method,
	answer: object,
	make: (shared: Awaited<ReturnType<typeof parts>>) => Asking,
): Promise<Work> {
	const late: EngineClient[] = [];
	const shared = await parts({
		request: (method, params, options) => late[0].request(method, params, options),
		hold: () => {},
		dispose: () => {},
	});
	return asking(method, answer, client => {
		late.push(client);
		return make(shared);
	});
}

const item = {
	row: 1,
	item: '1',
	condition: '',
	context: '',
	text: 'A text.',
	regions: [],
	second: null,
	secondRegions: [],
	by: 'text' as const,
	others: {},
	right: null,
};
export const measuring = () =>
	asking(
		'measure',
		{model: 'model', dtype: 'fp32', contextLength: 64, vocabSize: 3},
		client => {
			const run = createRun(client, '1.2.3');
			return {
				begin: () => void (run.total.value === 0 ? run.start([item], {}) : run.resume()),
				cancel: run.cancel,
				isUnderWay: () => run.running.value,
				isDone: () => run.done.value === 1 && run.stop.value === null,
			};
		},
		{kind: 'measured', row: 0, tokens: []},
	);
