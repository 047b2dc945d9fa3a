import {beforeAll, describe, expect, test} from 'vitest';
import {DEFAULT_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {
	biasOf,
	EMPTY_HAND,
	forbid,
	forbiddenAt,
	type Hand,
	isEmptyHand,
	keyOf,
	pushTo,
	standing,
	withHand,
} from '../../../../src/features/prompt/biases.ts';
import {linkTo, readLink} from '../../../../src/features/prompt/link.ts';
import {promptOf} from '../../../../src/features/prompt/prompt.ts';
import {createPromptStore} from '../../../../src/features/prompt/prompt-store.ts';
import {openSession} from '../../../../src/features/prompt/session.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';
import {FakeStorage} from '../../../helpers/fake-storage.ts';

beforeAll(() => {
	installI18n();
	Object.assign((globalThis as {chrome?: object}).chrome!, {
		runtime: {getURL: (path: string) => `chrome-extension://lens/${path}`},
	});
});

const PARIS = {id: 6342, text: ' Paris'};
const WAR = {id: 1175, text: ' war'};

describe('a hand', () => {
	test('pushes a class in tenths, as far as can be, and not at all at 0', () => {
		expect(biasOf(pushTo(EMPTY_HAND, [PARIS], 1.2345), [PARIS])).toBe(1.2);
		expect(biasOf(pushTo(EMPTY_HAND, [PARIS], -500), [PARIS])).toBe(-100);
		expect(isEmptyHand(pushTo(pushTo(EMPTY_HAND, [PARIS], 2), [PARIS], 0.04))).toBe(true);
	});

	test('forbids a class, at the first step alone too, and gives it back', () => {
		const first = forbid(forbid(EMPTY_HAND, WAR, 'every-step'), WAR, 'first-step');
		expect(first.forbidden).toHaveLength(1);
		expect(forbiddenAt(first, WAR.id)).toBe('first-step');
		expect(isEmptyHand(forbid(first, WAR, null))).toBe(true);
	});

	test('adds to the settings, by token id', () => {
		const hand = forbid(forbid(pushTo(EMPTY_HAND, [PARIS], -1.5), WAR, 'every-step'), {id: 220}, 'first-step');
		const generation = {...DEFAULT_GENERATION, sequenceBias: ['war=1'], suppressTokens: ['x']};
		expect(withHand(generation, hand)).toEqual({
			...generation,
			sequenceBias: ['war=1', '#6342=-1.5'],
			suppressTokens: ['x', '#1175'],
			beginSuppressTokens: ['#220'],
		});
		expect(withHand(generation, EMPTY_HAND)).toBe(generation);
	});
});

describe('a word of several tokens', () => {
	const NEW = {id: 968, text: ' New'};
	const YORK = {id: 1971, text: ' York'};
	const TIMES = {id: 3782, text: ' Times'};
	const WORD = [NEW, YORK, TIMES];

	test('is pushed as one, beside the classes that it begins with', () => {
		const hand = pushTo(pushTo(EMPTY_HAND, WORD, 2), [NEW], -1);
		expect([biasOf(hand, WORD), biasOf(hand, [NEW]), biasOf(hand, [NEW, YORK])]).toEqual([2, -1, 0]);
		expect(withHand(DEFAULT_GENERATION, hand).sequenceBias).toEqual(['#968#1971#3782=2', '#968=-1']);
		expect(pushTo(hand, WORD, 0).pushed).toEqual([{tokens: [NEW], bias: -1}]);
	});

	test.each([
		[[], 0],
		[[NEW], 1],
		[[PARIS, NEW, YORK], 2],
		[[YORK, NEW], 1],
		[[NEW, YORK, TIMES], 0],
		[[NEW, PARIS], 0],
	])('after %j, %i of its tokens stand', (text, count) => {
		expect(standing(WORD, text)).toBe(count);
	});

	test('of one token acts everywhere', () => {
		expect(standing([NEW], [PARIS])).toBe(0);
	});
});

describe('a prompt', () => {
	const open = async () => {
		const store = createPromptStore(await openSession('popup', new FakeStorage()));
		store.replace('Once', 'typed');
		return store;
	};
	const hand: Hand = forbid(pushTo(EMPTY_HAND, [PARIS], 2), WAR, 'every-step');

	test('keeps its hand while it is edited and grows, and loses it to another text until that is undone', async () => {
		const store = await open();
		store.setHand(hand, null);
		store.edit('Once upon');
		store.append({id: 257, text: ' a'});
		expect(store.hand.value).toEqual(hand);
		store.replace('Another', 'page');
		expect(isEmptyHand(store.hand.value)).toBe(true);
		store.undo();
		expect(store.hand.value).toEqual(hand);
	});

	test('takes back a drag as one step, and steps about other classes one by one', async () => {
		const store = await open();
		for (const bias of [0.5, 1, 2]) store.setHand(pushTo(store.hand.value, [PARIS], bias), keyOf([PARIS]));
		store.setHand(forbid(store.hand.value, WAR, 'every-step'), keyOf([WAR]));
		expect(store.hand.value).toEqual(hand);
		store.undo();
		expect(store.hand.value).toEqual(pushTo(EMPTY_HAND, [PARIS], 2));
		store.undo();
		expect(isEmptyHand(store.hand.value)).toBe(true);
	});

	test('is linked to with its hand, which is checked', () => {
		const link = new URL(linkTo({...promptOf('Once'), hand}, DEFAULT_GENERATION));
		expect(readLink(link.hash)?.hand).toEqual(hand);
		const hostile = {
			text: '',
			appended: [],
			generation: DEFAULT_GENERATION,
			hand: {pushed: [{tokens: [{id: 1}], bias: 1e9}], forbidden: []},
		};
		expect(readLink(`#prompt=${encodeURIComponent(JSON.stringify(hostile))}`)).toBeNull();
	});
});
