// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {settleOpening} from '../../../../src/entrypoints/popup/opening.ts';
import {ClassesView} from '../../../../src/features/classes/classes-view.tsx';
import {pushTo} from '../../../../src/features/prompt/biases.ts';
import {type FakeApp, openApp} from '../../../helpers/fake-app.ts';
import {classesAnswer} from '../../../helpers/fake-engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

beforeAll(installI18n);

let fake: FakeApp;
let answered = 0;
afterEach(() => {
	render(null, document.body);
	fake.app.dispose();
});

async function open(changes: Partial<ReturnType<typeof classesAnswer>> = {}) {
	fake = await openApp();
	answered = 0;
	const inbox = {text: 'The capital', source: null, view: 'classes' as const, at: 1};
	await settleOpening(fake.app, {takeInbox: async () => inbox, selection: async () => null});
	await answer(changes);
	await act(() => render(<ClassesView app={fake.app} />, document.body));
}

/** Answer the last question about classes, as the engine does. */
async function answer(changes: Partial<ReturnType<typeof classesAnswer>> = {}) {
	await vi.waitFor(() => expect(fake.engine.of('classes').length).toBeGreaterThan(answered));
	answered = fake.engine.of('classes').length;
	await act(() => fake.engine.last('classes').answer({...classesAnswer(['The', ' capital']), ...changes}));
	await vi.waitFor(() => expect(fake.app.classes.running.peek()).toBe(false));
}

const rows = () => [...document.querySelectorAll<HTMLElement>('.hand-row')];
const row = (place: number) => rows()[place].querySelector<HTMLElement>('.class-row')!;
const asked = () => fake.engine.last('classes').params.generation;
const key = (place: number, name: string) =>
	act(() => void row(place).dispatchEvent(new KeyboardEvent('keydown', {key: name, bubbles: true, cancelable: true})));
const chips = () => [...document.querySelectorAll<HTMLElement>('.hand-chip')];
const idOf = (place: number) => Number(row(place).dataset.tip);

describe('a row of the classes', () => {
	test('keeps its place in the list’s room: what is done by hand scrolls with the rows, and takes none from them', async () => {
		await open();
		await key(1, '+');
		await answer();
		expect(chips()).toHaveLength(1);
		expect(chips()[0].closest('.class-scroll')).toBe(row(1).closest('.class-scroll'));
	});

	test('is pushed with + and −, half a logit a press, and the engine is asked with it', async () => {
		await open();
		const id = idOf(1);
		await key(1, '+');
		await key(1, '+');
		await answer();
		expect(asked().sequenceBias).toEqual([`#${id}=1`]);
		expect(fake.app.loop.distribution.value).toBe('sampling');
		expect(chips()[0].querySelector('input')!.value).toBe('1');
		await key(1, '-');
		await key(1, '-');
		await vi.waitFor(() => expect(chips()).toEqual([]));
		await answer();
		expect(asked().sequenceBias).toEqual([]);
	});

	test('keeps the focus when a push moves it, so that the next key pushes the same class', async () => {
		await open();
		const {sampling} = classesAnswer(['The', ' capital']);
		const third = idOf(2);
		row(2).focus();
		await key(2, '+');
		const moved = [sampling[2], sampling[0], sampling[1]].map(one => ({...one, kept: true}));
		await answer({sampling: moved, model: moved});
		expect(idOf(0)).toBe(third);
		expect((document.activeElement as HTMLElement).dataset.tip).toBe(String(third));
	});

	test('is pushed by dragging it sideways, and the click that ends the drag chooses nothing', async () => {
		await open();
		const id = idOf(0);
		const target = rows()[0];
		target.setPointerCapture = () => {};
		const fire = (type: string, clientX: number) =>
			act(() => void row(0).dispatchEvent(new PointerEvent(type, {clientX, button: 0, pointerId: 1, bubbles: true})));
		await fire('pointerdown', 100);
		await fire('pointermove', 180);
		await fire('pointerup', 180);
		await act(() => row(0).click());
		expect(fake.app.prompt.prompt.value.appended).toEqual([]);
		await answer();
		expect(asked().sequenceBias).toEqual([`#${id}=2`]);
		// A press without a drag chooses.
		await new Promise(resolve => setTimeout(resolve));
		await act(() => row(0).click());
		expect(fake.app.prompt.prompt.value.appended).toHaveLength(1);
	});

	test('is forbidden with its ×, hatched, and given back; at the first step alone by its chip', async () => {
		await open();
		const id = idOf(0);
		await act(() => rows()[0].querySelector<HTMLElement>('.forbid')!.click());
		await answer();
		expect(asked().suppressTokens).toEqual([`#${id}`]);
		expect(document.querySelector(`.class-row.hatched[data-tip="${id}"]`)).not.toBeNull();
		await act(() => chips()[0].querySelector<HTMLElement>('.link')!.click());
		await answer();
		expect([asked().suppressTokens, asked().beginSuppressTokens]).toEqual([[], [`#${id}`]]);
		await act(() => fake.app.prompt.undo());
		expect(chips()).toEqual([]);
	});

	test('tells logit, bias and new logit, and its probability before and after, as its chip does', async () => {
		await open();
		const base = classesAnswer(['The', ' capital']);
		const [pushed, ...others] = base.sampling.map((one, i) =>
			i === 0 ? {...one, push: {bias: 2, before: 0.25}} : one,
		);
		await act(() =>
			fake.app.prompt.setHand({pushed: [{tokens: [{id: pushed.id, text: pushed.text}], bias: 2}], forbidden: []}, null),
		);
		await answer({sampling: [pushed, ...others], model: [pushed, ...others], pushed: [pushed]});
		const line = rows()[0].querySelector('.push-line')!.textContent;
		expect(line.replaceAll('\u00a0', ' ')).toBe('−30.00 +2.0 = −28.00 25.0 % → 66.7 %');
		expect(chips()[0].textContent).toContain(line);
		expect(document.querySelectorAll('.push-line')).toHaveLength(1);
		await act(() => void row(0).dispatchEvent(new PointerEvent('pointerover', {bubbles: true})));
		expect(document.querySelector('.class-line')!.textContent).toContain('−30.00 +2.0 = −28.00');
	});

	test('has a menu, in which it is forbidden at the first step only, and from which a form is begun', async () => {
		await open();
		const id = idOf(1);
		const openMenu = () =>
			act(() => void row(1).dispatchEvent(new MouseEvent('contextmenu', {bubbles: true, cancelable: true})));
		const items = () => [...document.querySelectorAll<HTMLElement>('[role=menuitem]')];
		await openMenu();
		expect(document.activeElement).toBe(items()[0]);
		// Its keys are its own: the loop would append the second class.
		await act(() => void items()[0].dispatchEvent(new KeyboardEvent('keydown', {key: '2', bubbles: true})));
		expect(fake.app.prompt.prompt.value.appended).toEqual([]);
		await act(() =>
			items()
				.find(item => /first step only/.test(item.textContent))!
				.click(),
		);
		await answer();
		expect([asked().suppressTokens, asked().beginSuppressTokens]).toEqual([[], [`#${id}`]]);
		expect(items()).toEqual([]);
		await openMenu();
		expect(items().map(item => item.textContent)).not.toContain('Forbid at the first step only');
		await act(() =>
			items()
				.find(item => /Hold the text to a form/.test(item.textContent))!
				.click(),
		);
		expect(document.querySelector('.form-dialog')).not.toBeNull();
	});
});

test('a bias that leaves nothing to the others is said so', async () => {
	const base = classesAnswer(['The', ' capital']);
	const [first, ...others] = base.sampling;
	const sure = {...first, samplingProbability: 1};
	await open({sampling: [sure, ...others]});
	await act(() =>
		fake.app.prompt.setHand({pushed: [{tokens: [{id: first.id, text: first.text}], bias: 90}], forbidden: []}, null),
	);
	// The settings alone may leave one class.
	await answer({sampling: [{...sure, push: {bias: 90, before: 1}}, ...others]});
	expect(document.body.textContent).not.toContain('takes all of the probability');
	await act(() => fake.app.prompt.setHand(pushTo(fake.app.prompt.hand.value, [first], 80), null));
	await answer({sampling: [{...sure, push: {bias: 80, before: 0.6}}, ...others]});
	expect(document.body.textContent).toContain('takes all of the probability');
});

test('a word of several tokens is pushed where it was looked for, and each of its tokens says what the push does and when', async () => {
	await open();
	fake.app.query.value = ' capital letter';
	const tokens = [
		{id: 1, text: ' capital'},
		{id: 7, text: ' letter'},
	];
	await vi.waitFor(() => expect(fake.engine.of('find')).toHaveLength(1));
	await act(() => fake.engine.last('find').answer({exact: null, tokens, rows: [], total: 0}));
	const said = () =>
		[...document.querySelectorAll('.push-word li')].map(item => item.textContent.replaceAll('\u00a0', ' '));
	await vi.waitFor(() => expect(said()).toHaveLength(2));
	expect(said()).toEqual([
		'·capital stands at the end of the text; its own logit stays as it is.',
		'·letter gets +0.0 now.',
	]);
	const field = document.querySelector<HTMLInputElement>('.push-word input')!;
	await act(() => {
		field.value = '2.5';
		field.dispatchEvent(new Event('change', {bubbles: true}));
	});
	await answer();
	expect(asked().sequenceBias).toEqual(['#1#7=2.5']);
	expect(said()[1]).toBe('·letter gets +2.5 now.');
	await act(() => fake.app.prompt.edit('Elsewhere'));
	await answer(classesAnswer(['Elsewhere']));
	expect(said()).toEqual([
		'·capital has its logit as it is; the push waits until it stands.',
		'·letter gets +2.5 wherever the others stand before it.',
	]);
	expect(chips()[0].textContent).toMatch(/waits for .*capital/);
});

test('a form tells how much of the probability does not fit, and what comes next', async () => {
	const base = classesAnswer(['The', ' capital']);
	const model = base.model.map((one, i) => (i === 0 ? {...one, fits: false as const} : one));
	await open({model, form: {fitting: 312, unfitting: 0.82, isComplete: false, forced: '{"name": "', next: ''}});
	const text = document.querySelector('.hand')!.textContent.replaceAll('\u00a0', ' ');
	expect(text).toMatch(/82\.0 ?% of the probability does not fit, 312 classes do/);
	expect(text).toContain('{"name":·"');
	expect(row(0).classList).toContain('hatched');
	expect(row(1).classList).not.toContain('hatched');
});

test('guidance against another prompt: its chip, its slider, and the three ends on one bar', async () => {
	const base = classesAnswer(['The', ' capital']);
	const sampling = base.sampling.map(one => ({...one, against: 0.2}));
	await open({sampling});
	await act(() =>
		fake.app.prompt.setHand({pushed: [], forbidden: [], guidance: {scale: 1.5, against: 'A sad story'}}, null),
	);
	await answer({sampling});
	expect(asked()).toMatchObject({guidanceScale: 1.5, negativePrompt: 'A sad story'});
	await act(() => {
		fake.app.loop.distribution.value = 'sampling';
	});
	expect(row(0).querySelectorAll('.bar-end')).toHaveLength(2);
	const slider = chips()[0].querySelector<HTMLInputElement>('[type=range]')!;
	expect(chips()[0].textContent).toContain('A sad story');
	await act(() => {
		slider.value = '1';
		slider.dispatchEvent(new Event('input', {bubbles: true}));
	});
	expect(chips()).toEqual([]);
	await act(() => fake.app.prompt.undo());
	expect(chips()[0].querySelector('output')!.textContent).toBe('1.5');
});

test('a form is begun with a key', async () => {
	await open();
	await act(() => void document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'f', bubbles: true})));
	const dialog = document.querySelector<HTMLElement>('.form-dialog')!;
	const choices = [...dialog.querySelectorAll('label')].find(label => label.textContent === 'Choices')!;
	await act(() => choices.querySelector('input')!.click());
	// Nothing is asked with a form that is not written yet.
	expect(fake.app.settings.settings.peek().formKind).toBe('none');
	const field = dialog.querySelector('textarea')!;
	field.value = ' yes\n no';
	await act(() => void field.dispatchEvent(new Event('input', {bubbles: true})));
	await act(() => void field.dispatchEvent(new FocusEvent('blur')));
	await vi.waitFor(() => expect(asked()).toMatchObject({formKind: 'choices', form: ' yes\n no'}));
});

test('a form is edited above the classes, where a mistake in it is told; without one there is nothing', async () => {
	await open();
	expect(document.querySelector('.form-line')).toBeNull();
	const {settings} = fake.app;
	await act(() => settings.save({...settings.settings.peek(), formKind: 'regex', form: '[0-9]+'}));
	await answer();
	const chip = document.querySelector<HTMLElement>('.form-line .link')!;
	expect(chip.textContent).toBe('Form: Regular expression');
	await act(() => chip.click());
	const dialog = document.querySelector<HTMLElement>('.form-dialog')!;
	const field = dialog.querySelector('textarea')!;
	expect(field.value).toBe('[0-9]+');
	const write = async (text: string) => {
		field.value = text;
		await act(() => void field.dispatchEvent(new Event('input', {bubbles: true})));
		await act(() => void field.dispatchEvent(new FocusEvent('blur')));
	};
	await write('');
	expect(dialog.textContent).toContain('is empty');
	expect(settings.settings.peek().form).toBe('[0-9]+');
	await write('[0-9');
	await vi.waitFor(() => expect(asked()).toMatchObject({formKind: 'regex', form: '[0-9'}));
	await act(() => fake.engine.last('classes').fail('bad-parameter', 'Character 5 is missing.'));
	await vi.waitFor(() => expect(dialog.textContent).toContain('Character 5 is missing.'));
	// It is the field's own error, for the eye and for a screen reader.
	expect(field.getAttribute('aria-invalid')).toBe('true');
	const told = field.getAttribute('aria-describedby')!.split(' ');
	expect(told.map(id => document.getElementById(id)!.textContent)).toContain('Character 5 is missing.');
});

test('that a form is complete is told as what it is, not as an error of the text or the form', async () => {
	await open();
	const {settings} = fake.app;
	await act(() => settings.save({...settings.settings.peek(), formKind: 'choices', form: ' Rome'}));
	await vi.waitFor(() => expect(asked()).toMatchObject({form: ' Rome'}));
	await act(() => fake.engine.last('classes').fail('form-complete', 'The text is complete.'));
	const told = () => document.querySelector('.class-scroll > [role=status]');
	await vi.waitFor(() => expect(told()?.textContent).toBe('The text is complete.'));
	expect(document.querySelector('[role=alert], .error-note')).toBeNull();
	await act(() => document.querySelector<HTMLElement>('.form-line .link')!.click());
	const dialog = document.querySelector<HTMLElement>('.form-dialog')!;
	expect(dialog.querySelector('textarea')!.getAttribute('aria-invalid')).not.toBe('true');
	expect(dialog.textContent).not.toContain('is complete');
});

test('beside a form that is refused, nothing is told of the one before it', async () => {
	await open({form: {fitting: 2, unfitting: 0.998, isComplete: false, forced: 'me', next: ''}});
	const {settings} = fake.app;
	expect(document.querySelector('.form-line')!.textContent).toContain('does not fit');
	expect(document.querySelector('figure.mass')).not.toBeNull();
	await act(() => settings.save({...settings.settings.peek(), formKind: 'regex', form: '[0-9'}));
	await vi.waitFor(() => expect(asked()).toMatchObject({formKind: 'regex'}));
	await act(() => fake.engine.last('classes').fail('bad-parameter', 'Character 5 is missing.'));
	await vi.waitFor(() =>
		expect(document.querySelector('.class-scroll')!.textContent).toContain('Character 5 is missing.'),
	);
	expect(document.querySelector('.form-line')!.textContent).toBe('Form: Regular expression');
	expect(document.querySelector('figure.mass')).toBeNull();
});
