import {expect, test, vi} from 'vitest';
import {openWalk} from '../../../src/app/page/open-walk.ts';
import {WALK_TEXT_KEY} from '../../../src/protocol/messages.ts';
import {FakeStorage} from '../../helpers/fake-storage.ts';

const incognito = vi.hoisted(() => ({area: undefined as unknown}));
vi.mock('../../../src/platform/session-area.ts', () => ({sessionArea: () => incognito.area}));

test('a text goes to the walk through the storage of its own window kind, so that none leaves an incognito window', async () => {
	const [own, shared] = [new FakeStorage(), new FakeStorage()];
	incognito.area = own;
	const create = vi.fn();
	vi.stubGlobal('chrome', {storage: {session: shared}, tabs: {create}, runtime: {getURL: (path: string) => path}});
	await openWalk('secret');
	expect(own.read(WALK_TEXT_KEY)).toBe('secret');
	expect(shared.writes).toEqual([]);
	expect(create).toHaveBeenCalledExactlyOnceWith({url: 'src/walk/index.html'});
});
