import {expect} from 'vitest';
import {watchLibrary} from '../../../src/client/watch-library.ts';
import type {LibraryMethod} from '../../../src/protocol/questions/library.ts';
import {Library} from '../../../src/service/library/library.ts';
import {makeCheckpoint} from '../../helpers/checkpoint.ts';
import {MemoryFolder} from '../../helpers/memory-folder.ts';
import {memoryHub} from '../../helpers/memory-hub.ts';
import {clientOf, type Ending, FakeEnd, shownAgain, until, type Work} from './work.ts';

const hub = memoryHub({'test/good': makeCheckpoint({layers: 1, width: 32, vocabSize: 600})});
const WEIGHTS = 'model.safetensors';

/** A download as the page of models shows it, with the real library behind the port. */
export async function download(): Promise<Work> {
	hub.reset();
	const library = new Library({
		folder: new MemoryFolder(),
		bundled: null,
		goesOn: true,
		access: hub.access,
		storage: async () => ({used: 0, quota: 1e12}),
		takeFiles: async () => [],
	});
	const end = new FakeEnd(({id, method, params}, say, onDrop) => {
		library
			.answer(method as LibraryMethod, params, onDrop, event => say({type: 'event', id, event}))
			.then(
				answer => say({type: 'answer', id, answer}),
				error => say({type: 'error', id, code: 'network', message: String(error)}),
			);
		return true;
	});
	const client = clientOf(end);
	const watch = watchLibrary(client);
	const {commit} = await client.request('inspect', {repo: 'test/good', revision: 'main'});
	const shown = () => watch.state.value?.downloads[0];
	const pause = async () => void (await client.request('pause', {id: shown()!.id}));
	hub.hold(WEIGHTS);
	const isReading = () => until(() => expect(hub.sent.some(({path}) => path.includes(WEIGHTS))).toBe(true));
	const lost = async () => {
		end.drop();
		await until(() => expect(watch.error.value?.code).toBe('worker-lost'));
		// Nothing was lost but the view of it, which comes back by itself.
		await until(() => expect([watch.error.value, shown()?.phase]).toEqual([null, 'fetching']));
		await pause();
	};
	const endings: Record<Ending, () => Promise<void>> = {
		async throws() {
			await pause();
			hub.release(WEIGHTS);
			hub.damage(WEIGHTS);
			await client.request('resume', {id: shown()!.id});
			await until(() => expect(shown()?.phase).toBe('failed'));
		},
		'is cancelled': pause,
		'loses its port': lost,
		async 'is hidden with its page and shown again'() {
			await lost();
			shownAgain();
		},
	};
	return {
		begin() {
			const left = shown();
			if (left) void client.request('resume', {id: left.id});
			else void client.request('download', {repo: 'test/good', revision: 'main', commit});
		},
		isUnderWay: () => ['fetching', 'sealing'].includes(shown()?.phase ?? ''),
		async end(how) {
			await isReading();
			await endings[how]();
			hub.release(WEIGHTS);
		},
		async finish() {},
		isDone: () => watch.state.value?.models.length === 1 && shown() === undefined,
	};
}
