// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeAll, expect, test, vi} from 'vitest';
import {settleOpening} from '../../../../src/entrypoints/popup/opening.ts';
import {ClassesView} from '../../../../src/features/classes/classes-view.tsx';
import {classesCsv} from '../../../../src/features/classes/export/csv.ts';
import type {ClassesAnswer} from '../../../../src/protocol/questions/classes.ts';
import {type FakeApp, openApp} from '../../../helpers/fake-app.ts';
import {classesAnswer} from '../../../helpers/fake-engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

beforeAll(installI18n);
let fake: FakeApp;
afterEach(() => {
	render(null, document.body);
	fake.app.dispose();
});

/** Listed classes. */
const LISTED = 150;

/** As an engine answers; the settings cut no class, or all but those that are listed. */
function answerOf(vocabSize: number, cuts: boolean): ClassesAnswer {
	const {model: first, ...answer} = classesAnswer(['A']);
	const rows = Array.from({length: LISTED}, (_, i) => ({
		...first[0],
		id: vocabSize - 1 - i,
		text: ` class ${i}`,
		rank: i + 1,
		samplingRank: i + 1,
		probability: 1 / vocabSize,
		samplingProbability: 1 / vocabSize,
		kept: true,
	}));
	const share = LISTED / vocabSize;
	const bands: [number, number, number, number] = [share / 100, share / 10, share, 1 - 1.11 * share];
	return {
		...answer,
		vocabSize,
		model: rows,
		sampling: rows,
		keptCount: cuts ? LISTED : vocabSize,
		bands: {model: bands, kept: bands, sampling: bands},
	};
}

/** The view of these classes: how many elements it has, and of how many lines their CSV is. */
async function drawn(answer: ClassesAnswer) {
	fake = await openApp();
	fake.app.prompt.replace('A', 'typed');
	await settleOpening(fake.app, {takeInbox: async () => null, selection: async () => null});
	await vi.waitFor(() => fake.engine.last('classes'));
	await act(() => render(<ClassesView app={fake.app} />, document.body));
	await act(() => fake.engine.last('classes').answer(answer));
	await act(() => vi.waitFor(() => expect(document.querySelectorAll('.class-row:not(.skeleton)').length).toBe(LISTED)));
	const elements = document.body.querySelectorAll('*').length;
	const segments = document.querySelectorAll('.mass *').length;
	render(null, document.body);
	fake.app.dispose();
	return {elements, segments, lines: classesCsv(answer.model, 'm').split('\r\n').length};
}

test.each([false, true])(
	'list, bar and export are as long with 262,144 classes as with 50,257; settings cut: %s',
	async cuts => {
		const [gpt2, gemma] = [await drawn(answerOf(50_257, cuts)), await drawn(answerOf(262_144, cuts))];
		expect(gemma).toEqual(gpt2);
	},
);
