import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import {openAddress} from '../../../../src/features/walkthrough/state/address.ts';
import {fakeBar as bar} from '../../../helpers/fake-walk.ts';

beforeAll(() => void vi.useFakeTimers());
afterAll(() => void vi.useRealTimers());
/** Time goes on until what changed is in the address. */
const later = () => vi.advanceTimersByTime(1000);

const CHAPTERS = ['tokens', 'head'];
const texts = {handedOver: null, example: 'An example'};

test('a link opens the chapter, its text and its state', () => {
	const {fake} = bar('#head?text=The+old+man&class=318');
	const address = openAddress(fake, CHAPTERS, {handedOver: 'from a page', example: 'An example'});
	expect(address.chapter.value).toBe('head');
	expect(address.text.value).toBe('The old man');
	expect(address.value('head', 'class', '').value).toBe('318');
	expect(address.value('tokens', 'class', '').value).toBe('');
});

test('changed state is in the address, initial state is left out', () => {
	const {fake, went} = bar('#head');
	const address = openAddress(fake, CHAPTERS, texts);
	const knob = address.value('head', 'temperature', '1');
	knob.value = '0.5';
	later();
	expect(fake.location.hash).toBe('#head?temperature=0.5');
	knob.value = '1';
	later();
	expect(fake.location.hash).toBe('#head');
	address.setText('A & B');
	later();
	expect(fake.location.hash).toBe('#head?text=A+%26+B');
	expect(went.every(one => one.startsWith('replace'))).toBe(true);
	address.chapter.value = 'tokens';
	expect(went.at(-1)).toBe('push #tokens?text=A+%26+B');
});

test('a text that came from a page is in the address only once it is changed, but in every link', () => {
	const {fake} = bar();
	const address = openAddress(fake, CHAPTERS, {handedOver: 'a secret', example: 'An example'});
	address.chapter.value = 'tokens';
	expect(address.text.value).toBe('a secret');
	expect(fake.location.hash).toBe('#tokens');
	expect(address.link()).toBe('chrome-extension://id/walk.html#tokens?text=a+secret');
	address.setText('mine');
	later();
	expect(fake.location.hash).toBe('#tokens?text=mine');
});

test('going back brings chapter, text and state back', () => {
	const {fake, went, follow, listening} = bar('#head?text=one&class=5');
	const address = openAddress(fake, CHAPTERS, texts);
	const chosen = address.value('head', 'class', '');
	chosen.value = '6';
	later();
	follow('#head?text=two');
	expect([address.text.value, chosen.value]).toEqual(['two', '']);
	went.length = 0;
	follow('#tokens?text=three');
	follow('#head?text=two&class=7');
	expect([address.chapter.value, address.text.value, chosen.value]).toEqual(['head', 'two', '7']);
	// The history stays as it is, so that the reader can go forward again.
	expect(went).toEqual([]);
	address.dispose();
	expect(listening()).toBe(0);
});

test.each(['', '#', '#nonsense', '#nonsense?class=5', '#%', '#?text=x'])(
	'the address %j names no chapter: it is at the first',
	hash => {
		const {fake} = bar(hash);
		const address = openAddress(fake, CHAPTERS, texts);
		expect(address.chapter.value).toBe('tokens');
		address.value('tokens', 'word', '').value = 'Paris';
		later();
		expect(fake.location.hash).toMatch(/^#tokens\?.*word=Paris$/);
	},
);

test.each(['waiting', 'leaving'])(
	'where the reader has gone is not written over by what the page was about to write: %s',
	how => {
		const {fake, went} = bar('#head?text=one');
		const address = openAddress(fake, CHAPTERS, texts);
		const knob = address.value('head', 'temperature', '1');
		knob.value = '0.5';
		later();
		// Changed right after another change, it waits.
		knob.value = '0.6';
		knob.value = '0.7';
		went.length = 0;
		// The address is another one already, and no event has told of it yet.
		fake.location.hash = '#tokens?text=two';
		if (how === 'waiting') later();
		else address.dispose();
		expect(went).toEqual([]);
		expect(fake.location.hash).toBe('#tokens?text=two');
		expect([address.chapter.value, address.text.value]).toEqual(['tokens', 'two']);
	},
);

test('a link that somebody wrote by hand may have question marks in its text', () => {
	const {fake} = bar('#head?text=Who?+Me?&class=5');
	const address = openAddress(fake, CHAPTERS, texts);
	expect(address.text.value).toBe('Who? Me?');
	expect(address.value('head', 'class', '').value).toBe('5');
});

test('nothing is lost of a text that an address cannot carry whole', () => {
	const {fake, follow} = bar('#head');
	const address = openAddress(fake, CHAPTERS, texts);
	const long = `${'x'.repeat(20)}🙂${'y'.repeat(9999)}`;
	for (const text of [long, 'half a \ud83d character']) {
		address.setText(text);
		expect(address.text.value).toBe(text);
		later();
		const before = fake.location.hash;
		address.chapter.value = 'tokens';
		follow(before);
		expect(address.chapter.value).toBe('head');
		expect(address.text.value).toBe(text);
	}
	address.setText(long);
	expect(new URLSearchParams(address.link().split('?')[1]).get('text')).toBe('y'.repeat(9999));
	expect(address.carriesAll()).toBe(false);
	address.setText('short');
	expect(address.carriesAll()).toBe(true);
});

test('a knob that is turned all the time is in the address now and then, and in the end', () => {
	const {fake, went} = bar('#head');
	const address = openAddress(fake, CHAPTERS, texts);
	const knob = address.value('head', 'temperature', '1');
	went.length = 0;
	for (let i = 1; i <= 500; i++) {
		knob.value = String(i);
		vi.advanceTimersByTime(10);
	}
	expect(went.length).toBeGreaterThan(10);
	expect(went.length).toBeLessThan(25);
	expect(address.link()).toContain('temperature=500');
	later();
	expect(fake.location.hash).toBe('#head?temperature=500');
	knob.value = '7';
	address.chapter.value = 'tokens';
	expect(went.at(-1)).toBe('push #tokens');
	knob.value = '8';
	address.chapter.value = 'head';
	knob.value = '9';
	address.dispose();
	expect(fake.location.hash).toBe('#head?temperature=9');
});

test('what an address says stays in it until something on the page asks for it', () => {
	const {fake} = bar('#head?text=A&class=5&first=x');
	const address = openAddress(fake, CHAPTERS, texts);
	later();
	expect(fake.location.hash).toBe('#head?text=A&class=5&first=x');
	const chosen = address.value('head', 'class', '');
	expect(chosen.value).toBe('5');
	chosen.value = '';
	later();
	expect(fake.location.hash).toBe('#head?text=A&first=x');
	address.chapter.value = 'tokens';
	expect(fake.location.hash).toBe('#tokens?text=A');
});
