import {afterEach, beforeEach, expect, test, vi} from 'vitest';

vi.mock('../../../../src/features/passage/content/passage.iife.ts?script', () => ({default: 'passage.js'}));
vi.mock('../../../../src/client/page/page-script.iife.ts?script', () => ({default: 'page.js'}));
const {onMessage} = await import('../../../../src/entrypoints/background/messages.ts');

/** The way from the legend on a page, which may not link to the extension itself, to the models that read more. */

const MODELS = 'chrome-extension://lens/src/entrypoints/models/index.html';
const MORE = `${MODELS}#models_group_many`;
let open: {id: number; windowId: number}[];
const tabs = {query: vi.fn(async (_: {url: string}) => open), create: vi.fn(), update: vi.fn()};
const windows = {update: vi.fn()};

beforeEach(() => {
	open = [];
	vi.clearAllMocks();
	const runtime = {id: 'lens', getURL: (path: string) => `chrome-extension://lens/${path}`};
	vi.stubGlobal('chrome', {runtime, tabs, windows});
});
afterEach(() => vi.unstubAllGlobals());

const ask = () => onMessage({type: 'models.open'}, {id: 'lens', url: 'https://page.test/'});

test('the page of models opens where it lists them', async () => {
	await ask();
	// The browser looks for addresses without their parts.
	expect(tabs.query).toHaveBeenCalledWith({url: `${MODELS}*`});
	expect(tabs.create).toHaveBeenCalledExactlyOnceWith({url: MORE});
});

test('one that is open already comes to the front, at that place', async () => {
	open = [{id: 3, windowId: 5}];
	await ask();
	expect(tabs.create).not.toHaveBeenCalled();
	expect(tabs.update).toHaveBeenCalledExactlyOnceWith(3, {active: true, url: MORE});
	expect(windows.update).toHaveBeenCalledWith(5, {focused: true});
});

test('no other extension opens it', () => {
	expect(onMessage({type: 'models.open'}, {id: 'other'})).toBeUndefined();
	expect(tabs.create).not.toHaveBeenCalled();
});
