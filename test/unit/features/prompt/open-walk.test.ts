import {expect, test, vi} from 'vitest';
import {openWalk} from '../../../../src/features/prompt/open-walk.ts';
import {WALK_PAGE_KEY, WALK_TEXT_KEY} from '../../../../src/protocol/messages/keys.ts';
import {FakeStorage} from '../../../helpers/fake-storage.ts';

const incognito = vi.hoisted(() => ({area: undefined as unknown}));
vi.mock('../../../../src/client/browser/session-area.ts', () => ({sessionArea: () => incognito.area}));

/** The browser, with tab 7 in front; `current` is the tab that the asking page is in. */
function stubTabs(more: object, current?: {id: number}) {
	const create = vi.fn();
	const tabs = {create, getCurrent: async () => current, query: async () => [{id: 7}]};
	vi.stubGlobal('chrome', {tabs, runtime: {getURL: (path: string) => path}, ...more});
	return {create};
}

test.each([
	['the tab that its selection came from', {tabId: 5, frameId: 0, editable: false}, undefined, 5],
	['the one in front of popup or panel', null, undefined, 7],
	['none, from a tab of our own', null, {id: 7}, null],
])('with a text goes its page: %s', async (_, source, current, page) => {
	const area = new FakeStorage();
	incognito.area = area;
	stubTabs({}, current);
	await openWalk({text: 'text'}, source);
	expect(area.read(WALK_PAGE_KEY)).toBe(page);
});

test('a text goes to the walk through the storage of its own window kind, so that none leaves an incognito window', async () => {
	const [own, shared] = [new FakeStorage(), new FakeStorage()];
	incognito.area = own;
	const {create} = stubTabs({storage: {session: shared}});
	await openWalk({text: 'secret'}, null);
	expect(own.read(WALK_TEXT_KEY)).toBe('secret');
	expect(shared.writes).toEqual([]);
	expect(create).toHaveBeenCalledExactlyOnceWith({url: 'src/entrypoints/walkthrough/index.html'});
});

test.each([
	['', '#?beginning=off'],
	['guess?passage=own', '#guess?passage=own&beginning=off'],
])('what is left out before the text is left out in the walk: %s', async (step, fragment) => {
	incognito.area = new FakeStorage();
	const {create} = stubTabs({});
	await openWalk({text: 'text', addSpecialTokens: false}, null, step);
	expect(create).toHaveBeenCalledExactlyOnceWith({url: `src/entrypoints/walkthrough/index.html${fragment}`});
});
