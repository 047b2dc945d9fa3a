import {beforeEach, expect, test, vi} from 'vitest';

/** When the first page is shown. */

const create = vi.hoisted(() => vi.fn());
vi.mock('webextension-polyfill', () => ({
	default: {tabs: {create}, runtime: {getURL: (path: string) => `chrome-extension://lens/${path}`}},
}));

const {onInstalled} = await import('../../../../src/entrypoints/background/welcome.ts');

beforeEach(() => {
	create.mockClear();
});

test('a new user is greeted', async () => {
	await onInstalled({reason: 'install'});
	expect(create).toHaveBeenCalledWith({url: 'chrome-extension://lens/src/entrypoints/welcome/index.html'});
});

test.each(['update', 'chrome_update'])('nobody else is: %s', async reason => {
	await onInstalled({reason});
	expect(create).not.toHaveBeenCalled();
});
