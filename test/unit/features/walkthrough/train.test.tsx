// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeAll, expect, test, vi} from 'vitest';
import {lossesOnText, paintedStretches, visibleStretch} from '../../../../src/features/walkthrough/train/bytes.ts';
import {needleAt, risen, stopsOf} from '../../../../src/features/walkthrough/train/needle.ts';
import {TrainChapter} from '../../../../src/features/walkthrough/train/train-chapter.tsx';
import {TrainingSession} from '../../../../src/features/walkthrough/train/trainer/session.ts';
import {TrainingStore} from '../../../../src/features/walkthrough/train/trainer/training-store.ts';
import {type TrainerPort, Training, trainingOf} from '../../../../src/features/walkthrough/train/training.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';
import {fakeWalk} from '../../../helpers/fake-walk.ts';
import {MemoryFolder} from '../../../helpers/memory-folder.ts';
import {waitFor} from '../../../helpers/wait.ts';

beforeAll(installI18n);
let shown: {walk: ReturnType<typeof fakeWalk>['walk']; port: ReturnType<typeof fakePort>}[] = [];
afterEach(() => {
	render(null, document.body);
	for (const {walk} of shown) walk.dispose();
	shown = [];
	vi.restoreAllMocks();
});

/** The worker's session in this thread, with the browser's files. Each step waits for the test. */
function fakePort(folder: MemoryFolder) {
	let letOne: (() => void) | null = null;
	/** Lessons that were asked for and have not begun. */
	let beginning = 0;
	const port = {
		onmessage: null as TrainerPort['onmessage'],
		onerror: null,
		terminate: vi.fn(),
		postMessage(message: {type: string}) {
			if (message.type === 'begin') beginning++;
			void Promise.resolve().then(() => session.receive(message));
		},
	};
	const session = new TrainingSession(
		data => {
			if (data.type === 'begun') beginning--;
			port.onmessage?.call(port as unknown as Worker, {data} as MessageEvent);
		},
		() =>
			new Promise(resolve => {
				letOne = resolve;
			}),
		new TrainingStore(folder),
	);
	return {
		port: port as TrainerPort,
		terminate: port.terminate,
		isReady: () => beginning === 0,
		step() {
			const go = letOne;
			letOne = null;
			go?.();
		},
	};
}

const settle = async () => {
	for (let i = 0; i < 30; i++) await null;
};
const isReady = () => shown.every(({port}) => port.isReady());
/** Does something, and what follows from it: a lesson that it asks for has begun. */
async function after(does: () => unknown) {
	await act(async () => {
		does();
		await settle();
	});
	await act(async () => {
		await waitFor('the lesson', isReady, {interval: 1});
		await settle();
	});
}

async function show(
	hash: string,
	{page = null, folder = new MemoryFolder()}: {page?: number | null; folder?: MemoryFolder} = {},
) {
	const fake = fakeWalk(hash, page);
	const port = fakePort(folder);
	shown.push({walk: fake.walk, port});
	const training = trainingOf(fake.walk, () => new Training(() => port.port));
	await after(() => render(<TrainChapter walk={fake.walk} />, document.body));
	const steps = async (turns: number) => {
		for (let i = 0; i < turns; i++) await after(() => port.step());
	};
	return {...fake, training, steps};
}

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
const button = (name: string) => {
	const found = all('button').find(({textContent}) => textContent === name);
	if (!found) throw new Error(`There is no button ${name}.`);
	return found as HTMLButtonElement;
};
const press = (name: string) => after(() => button(name).click());
const text = () => document.body.textContent ?? '';

test('a person trains three steps, pauses and looks back; the link has what was chosen', async () => {
	const {steps, address} = await show('#train?from=jack');
	expect(text()).toContain('no step is done yet');
	expect(button('Keep as a model').disabled).toBe(true);
	await press('▶ Train');
	await steps(3);
	await press('Pause');
	await steps(1);
	expect(all('.train-row b')[0].textContent).toBe('3 steps');
	expect(all('figcaption').map(({textContent}) => textContent)).toEqual([
		expect.stringMatching(/^Bits per byte: \d\.\d\d bits after 3 steps$/),
		'512 classifications in one pass',
		'Which byte after “This·is·the·”?',
	]);
	// What it writes: untrained, at the needle, and later.
	expect(all('.written li b:first-child').map(({textContent}) => textContent)).toEqual([
		'0',
		'3',
		'10',
		'100',
		'1,000',
	]);
	expect(all('.written li')[2].textContent).toContain('not yet');
	expect(all('.written li[aria-current]')[0].textContent).toMatch(/^3/);
	// By keyboard, the needle goes to the step before that was kept.
	const needle = document.querySelector('.scrub')!;
	expect(needle.getAttribute('aria-valuetext')).toMatch(/^step 3: \d/);
	await after(() => needle.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowLeft', bubbles: true})));
	expect(needle.getAttribute('aria-valuenow')).toBe('2');
	expect(address.link()).toContain('from=jack&needle=2');
	expect(text()).toContain('The batch of step 2');
	expect(text()).toContain('Bars: after 2 steps. Thin lines: after 3');
	await after(() => needle.dispatchEvent(new KeyboardEvent('keydown', {key: 'End', bubbles: true})));
	expect(address.link()).not.toContain('needle');
});

test('while it learns on, what it wrote last stays, under the step that it was written after', async () => {
	const {steps} = await show('#train?from=jack');
	const current = () => {
		const rows = all('.written li[aria-current]');
		expect(rows).toHaveLength(1);
		return [...rows[0].children].map(({textContent}) => textContent);
	};
	await press('▶ Train');
	await steps(3);
	expect(all('.train-row b')[0].textContent).toBe('3 steps');
	expect(current()).toEqual(['2', expect.stringMatching(/^[^…]{2,}/)]);
	await press('Pause');
	await steps(1);
	const third = current();
	expect(third).toEqual(['3', expect.stringMatching(/^[^…]{2,}/)]);
	await press('▶ Go on');
	await steps(1);
	expect(all('.train-row b')[0].textContent).toBe('4 steps');
	expect(current()).toEqual(third);
});

test('a single step, and nothing is lost by another seed until one begins anew', async () => {
	const {steps, training} = await show('#train?from=jack');
	await press('Step');
	await steps(2);
	expect(training.step.value).toBe(1);
	const seed = all('.train-field input')[1] as HTMLInputElement;
	seed.value = '8';
	await after(() => seed.dispatchEvent(new Event('change', {bubbles: true})));
	expect(text()).toContain('that counts once you begin anew');
	expect(training.step.value).toBe(1);
	await press('Begin anew');
	expect(training.step.value).toBe(0);
	expect(training.course.value!.lesson.seed).toBe(8);
	expect(text()).not.toContain('that counts once you begin anew');
});

test('what was trained is saved as the files of a checkpoint', async () => {
	const {steps} = await show('#train?from=jack');
	expect(button('Save as files').disabled).toBe(true);
	await press('Step');
	await steps(2);
	const saved: string[] = [];
	vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:x');
	vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
		saved.push(this.download);
	});
	await press('Save as files');
	expect(saved).toEqual(['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors']);
});

test('the reader’s own text is learned where it is long enough; else a sentence says how long it must be', async () => {
	const long = 'Anna has a cat. '.repeat(50);
	const own = await show(`#train?text=${encodeURIComponent(long)}`);
	expect(own.training.course.value!.lesson.text).toBe(long);
	render(null, document.body);
	const short = await show('#train?text=Anna+has+a+cat&from=own');
	expect(short.training.course.value).toBeNull();
	expect(text()).toContain('Your text has 14 bytes, and training needs at least 650');
	expect(button('▶ Train').disabled).toBe(true);
	render(null, document.body);
	const none = await show('#train?text=Anna+has+a+cat');
	expect(none.training.course.value!.lesson.text).toContain('Willie');
});

test('the training pauses when the page is turned, and is there when one comes back', async () => {
	const {steps, training, walk} = await show('#train?from=jack');
	await press('▶ Train');
	await steps(2);
	await after(() => render(null, document.body));
	await steps(2);
	const {step} = training;
	expect(training.isRunning.value).toBe(false);
	const done = step.value;
	await after(() => render(<TrainChapter walk={walk} />, document.body));
	expect(all('.train-row b')[0].textContent).toBe(`${done} steps`);
});

test('what was trained is there when the chapter is opened again: one goes on, or begins anew and it is gone', async () => {
	const folder = new MemoryFolder();
	const reopen = async (hash = '#train?from=jack') => {
		render(null, document.body);
		return show(hash, {folder});
	};
	const {steps} = await show('#train?from=jack', {folder});
	expect(text()).not.toContain('kept from before');
	await press('▶ Train');
	await steps(3);
	await press('Pause');
	await steps(1);
	expect(text()).toContain('3 steps are kept in this browser, without the text');
	const written = all('.written li').map(({textContent}) => textContent);

	const again = await reopen();
	expect(all('.train-bar [role="status"]').map(({textContent}) => textContent)).toContain(
		'3 steps are kept from before: go on, or begin anew.',
	);
	expect(all('.train-row b')[0].textContent).toBe('3 steps');
	expect(all('.written li').map(({textContent}) => textContent)).toEqual(written);
	await press('▶ Go on');
	await again.steps(1);
	expect(all('.train-row b')[0].textContent).toBe('4 steps');
	expect(text()).not.toContain('kept from before');
	await press('Pause');
	await again.steps(1);

	await reopen('#train?from=jack&seed=8');
	expect(text()).toContain('4 steps on this text with seed 7 and learning rate 0.003 are kept from before');
	await reopen('#train?from=willie');
	expect(text()).toContain('4 steps on another text are kept from before (seed 7, learning rate 0.003)');
	// The text that is chosen again goes on.
	const jack = all('fieldset button').find(({textContent}) => textContent?.startsWith('The House That Jack Built'))!;
	await after(() => jack.click());
	expect(all('.train-row b')[0].textContent).toBe('4 steps');
	await press('Begin anew');
	expect(all('.train-row b')[0].textContent).toBe('0 steps');
	await reopen();
	expect(text()).not.toContain('kept from before');
	expect(button('Begin anew').disabled).toBe(true);
});

test('what is stored and cannot be read is said to be, and so is what cannot be stored', async () => {
	const folder = new MemoryFolder(new Map([['training/last.safetensors', new Uint8Array(9)]]));
	folder.room = 9;
	const {steps} = await show('#train?from=jack', {folder});
	expect(text()).toContain('What was kept of an earlier training cannot be read');
	await press('Step');
	await steps(2);
	expect(text()).toContain('These steps could not be kept');
	expect(text()).toContain('The browser says: The storage is full.');
});

test('a page that is hidden while it trains stores what it has', async () => {
	const folder = new MemoryFolder();
	const {steps} = await show('#train?from=jack', {folder});
	await press('▶ Train');
	await steps(2);
	expect(folder.files.size).toBe(0);
	vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
	await after(() => document.dispatchEvent(new Event('visibilitychange')));
	expect(folder.files.size).toBe(1);
	expect(text()).toContain('2 steps are kept in this browser');
});

test('the needle stops where weights were kept, and at the last step', () => {
	expect(stopsOf(23)).toEqual([1, 2, 5, 10, 20, 23]);
	expect(needleAt('10', 23)).toBe(10);
	for (const asked of ['', '11', '50', '0', 'x']) expect(needleAt(asked, 23)).toBe(23);
});

test('learning by heart is said once what is kept back has become clearly worse than it was', () => {
	const at = (...losses: number[]) => losses.map((loss, step) => ({step, loss}));
	expect(risen(at(5, 4, 3.5))).toBeNull();
	expect(risen(at(5, 4, 3.5, 3.55))).toBeNull();
	expect(risen(at(5, 4, 3.5, 4))).toEqual({at: 2, by: 0.5});
});

test('a batch is painted on its text: every character with the loss of its bytes, positions one on', () => {
	const bytes = new TextEncoder().encode('abcdé f');
	// Two pieces of two positions: after a and b; after d and the first byte of é.
	const onText = lossesOnText(bytes.length, Int32Array.of(0, 3), Float32Array.of(1, 2, 3, 4));
	expect(paintedStretches(bytes, onText)).toEqual([
		{text: 'a', loss: null},
		{text: 'b', loss: 1},
		{text: 'c', loss: 2},
		{text: 'd', loss: null},
		{text: 'é', loss: 7},
		{text: ' f', loss: null},
	]);
});

test('the whole page that the reader came from is read when it is chosen, and learned; one that was left is said so', async () => {
	const article = `The article. ${'It goes on and on. '.repeat(60)}`;
	const executeScript = vi.fn<(injection: {target: unknown; files?: string[]}) => Promise<{result?: unknown}[]>>();
	vi.stubGlobal('chrome', {...(globalThis as {chrome?: object}).chrome, scripting: {executeScript}});
	const {training, address} = await show('#train', {page: 42});
	const choose = () => after(() => button('The whole page you came from ').click());
	executeScript.mockRejectedValue(new Error('Cannot access contents of the page.'));
	await choose();
	expect(text()).toContain('The page cannot be read');
	expect(address.link()).not.toContain('article');
	executeScript.mockImplementation(async ({files}) => [files ? {} : {result: article}]);
	await choose();
	expect(executeScript.mock.lastCall![0].target).toEqual({tabId: 42});
	expect(text()).not.toContain('The page cannot be read');
	expect(training.course.value!.lesson.text).toBe(article);
	// What a page says stays out of the address.
	expect(address.link()).toContain('from=article');
	expect(address.link()).not.toContain('goes');
});

test('without a page there is nothing to be read', async () => {
	await show('#train');
	expect(text()).not.toContain('The whole page');
});

test.each([
	['abc', 0, 3, 'abc'],
	['天地 x', 0, 7, '天地·'],
	['天地', 1, 6, '⟨A4 A9⟩地'],
	['天地', 0, 5, '天⟨E5 9C⟩'],
	['天地', 1, 2, '⟨A4⟩'],
	['天地', 2, 4, '⟨A9⟩⟨E5⟩'],
	['天', 0, 0, ''],
])('of %j the bytes from %i to %i are seen as %s', (text, from, to, seen) => {
	expect(visibleStretch(new TextEncoder().encode(text).subarray(from, to))).toBe(seen);
});
