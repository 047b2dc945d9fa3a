import {expect, test, vi} from 'vitest';
import {onPageBack, onPageEnd} from '../../../src/client/page-life.ts';

const page = new EventTarget();
vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
const happens = (type: string, persisted: boolean) => page.dispatchEvent(Object.assign(new Event(type), {persisted}));

test('a page that the browser keeps is not undone when it is left, and hears that it is back', () => {
	const [end, keep, back] = [vi.fn(), vi.fn(), vi.fn()];
	onPageEnd(end, keep);
	const stop = onPageBack(back);
	happens('pageshow', false);
	happens('pagehide', true);
	expect([end, keep, back].map(({mock}) => mock.calls.length)).toEqual([0, 1, 0]);
	happens('pageshow', true);
	happens('pagehide', false);
	expect([end, keep, back].map(({mock}) => mock.calls.length)).toEqual([1, 2, 1]);
	stop();
	happens('pageshow', true);
	expect(back).toHaveBeenCalledTimes(1);
});
