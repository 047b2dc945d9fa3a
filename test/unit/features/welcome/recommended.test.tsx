// @vitest-environment happy-dom
import {signal} from '@preact/signals';
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, expect, test, vi} from 'vitest';
import {en as english} from '../../../../locales/en.ts';
import {zh_CN as chinese} from '../../../../locales/zh_CN.ts';
import {CATALOGUE} from '../../../../src/features/models/catalogue.ts';
import {createShelf} from '../../../../src/features/models/shelf.ts';
import {DEFAULT_HUB_SETTINGS} from '../../../../src/protocol/values/models.ts';
import {FakeEngine} from '../../../helpers/fake-engine.ts';
import {speak} from '../../../helpers/fake-i18n.ts';

/** The one download that the first page recommends. */

afterEach(() => act(() => render(null, document.body)));

test.each([
	['English', english, 'openai-community/gpt2', 'GPT-2'],
	['Chinese', chinese, 'Qwen/Qwen3-0.6B-Base', 'Qwen3-0.6B-Base'],
] as const)('to a browser in %s is a model that reads it', async (language, messages, repo, name) => {
	speak(messages);
	Object.assign((globalThis as unknown as {chrome: object}).chrome, {permissions: {request: async () => true}});
	// The page reads its language once.
	vi.resetModules();
	const {Recommended} = await import('../../../../src/features/welcome/recommended.tsx');
	const engine = new FakeEngine();
	const hub = {settings: signal(DEFAULT_HUB_SETTINGS), ready: Promise.resolve(), async save() {}};
	const library = {state: signal(null), error: signal(null), dispose() {}};
	const shelf = createShelf(engine, hub);
	await act(() => render(<Recommended library={library} shelf={shelf} hub={hub} />, document.body));

	expect(document.querySelector('h2')!.textContent).toContain(name);
	await act(() => document.querySelector('button')!.click());
	const {params} = await vi.waitFor(() => engine.last('inspect'));
	expect(params.repo).toBe(repo);
	// Null is English alone; the others say how many, with Chinese among them.
	const entry = CATALOGUE.flatMap(({entries}) => entries).find(one => one.repo === repo)!;
	expect(entry.languages !== null).toBe(language === 'Chinese');
});
