import {afterEach, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {installI18n} from '../../helpers/fake-i18n.ts';
import {download} from './download.ts';
import {beamSearch, generation, measuring, painting, playing} from './questions.ts';
import {training} from './training.ts';
import {closeClients, ENDINGS, until, type Work} from './work.ts';

/**
 * Every kind of long work, ended in every way that it can be: a person can always start it again, and it then comes to its end.
 * The engine and the worker are in the hands of the test; the client, the stores and the library are the real ones.
 */

beforeAll(installI18n);
beforeEach(() => void vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']}));
afterEach(() => {
	closeClients();
	vi.useRealTimers();
});

const WORKS: Record<string, () => Work | Promise<Work>> = {
	'a download': download,
	'the painting of a page': painting,
	'a training': training,
	'the writing of continuations': generation,
	'the writing step by step': playing,
	'the measuring of a table': measuring,
	'a beam search': beamSearch,
};

describe.each(Object.keys(WORKS))('%s', name => {
	test.each(ENDINGS)('that %s can be started again, and ends', async how => {
		const work = await WORKS[name]();
		work.begin();
		await until(() => expect(work.isUnderWay()).toBe(true));
		await work.end(how);
		await until(() => expect([work.isUnderWay(), work.isDone()]).toEqual([false, false]));
		work.begin();
		await work.finish();
		await until(() => expect([work.isUnderWay(), work.isDone()]).toEqual([false, true]));
	});
});
