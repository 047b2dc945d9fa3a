import {expect, test, vi} from 'vitest';
import {openPanel, rememberWindow} from '../../../../src/entrypoints/popup/page/views.ts';
import {openSession} from '../../../../src/features/prompt/session.ts';
import {FakeStorage} from '../../../helpers/fake-storage.ts';

const browser = vi.hoisted(() => ({openPanel: (_windowId: number): Promise<void> => Promise.resolve()}));
vi.mock('#platform', () => ({platform: browser}));

test('what the panel is to show is on its way before it opens: the popup may be closed by that very moment', async () => {
	vi.stubGlobal('chrome', {windows: {getCurrent: async () => ({id: 7})}});
	await rememberWindow('popup');
	const area = new FakeStorage();
	// The panel was open before, on another text.
	const panel = await openSession('panel', area);
	panel.slot('prompt', '').value = 'before';
	panel.flush();
	await vi.waitFor(() => expect(area.read('lens.panel.at')).toBeDefined());

	const popup = await openSession('popup', area);
	popup.slot('prompt', '').value = 'now';
	let isClosed = false;
	const [set, remove] = [area.set.bind(area), area.remove.bind(area)];
	area.set = async items => void (isClosed || (await set(items)));
	area.remove = async key => void (isClosed || (await remove(key)));
	browser.openPanel = async windowId => {
		expect(windowId).toBe(7);
		isClosed = true;
	};
	await openPanel(popup);
	expect((await openSession('panel', area)).slot('prompt', '').value).toBe('now');
});
