// @vitest-environment happy-dom
import {render} from 'preact';
import {act} from 'preact/test-utils';
import {afterEach, beforeAll, expect, test} from 'vitest';
import {outputsFor} from '../../../../src/features/corpus/state/columns.ts';
import {createDesk} from '../../../../src/features/corpus/state/desk.ts';
import {EMPTY_FORM} from '../../../../src/features/corpus/state/form.ts';
import {DeskPage} from '../../../../src/features/corpus/views/desk-page.tsx';
import type {MeasuredToken} from '../../../../src/protocol/questions/measure.ts';
import type {ModelInfo} from '../../../../src/protocol/questions/model.ts';
import {readTable} from '../../../../src/ui/csv/table.ts';
import {FakeEngine} from '../../../helpers/fake-engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';
import {waitFor} from '../../../helpers/wait.ts';

beforeAll(installI18n);
afterEach(() => render(null, document.body));

const ROWS = 30;
const csv = [
	'condition,sentence_good,sentence_bad',
	...Array.from({length: ROWS}, (_, i) => `${'ab'[i % 2]},The {old} {man} is ${i}.,The {old} {man} are ${i}.`),
].join('\n');

/** As a model answers to which all of its classes are about as probable: each token is one of the last. */
const tokens = (text: string, vocabSize: number): MeasuredToken[] =>
	Array.from(text.matchAll(/ ?\S+/g), ({0: word, index}, i) => ({
		id: vocabSize - 1 - i,
		text: word,
		start: index,
		end: index + word.length,
		rank: vocabSize - i,
		logProb: -Math.log(vocabSize) - i / 10,
		corrected: -Math.log(vocabSize) - i / 8,
		entropy: Math.log(vocabSize),
	}));

/** The page when all is measured: how many elements it has, and of how many lines each of its files is. */
async function drawn(vocabSize: number) {
	const engine = new FakeEngine();
	const desk = createDesk(
		engine,
		async (bytes, format, onRead) => readTable(bytes, format, onRead),
		'1.2.3',
		{...EMPTY_FORM, kind: 'table', text: csv},
		() => {},
	);
	const model = {id: 'model', dtype: 'int8', contextLength: 1024, vocabSize} as ModelInfo;
	engine.last('model').answer(model);
	await waitFor('the items', () => desk.items.value.length === ROWS);
	await act(() => render(<DeskPage desk={desk} />, document.body));
	desk.start();
	await waitFor('the model to be asked for', () => engine.of('model').length === 2);
	engine.last('model').answer(model);
	const {params, event, answer} = await waitFor('the question', () => engine.of('measure').at(-1));
	await act(async () => {
		for (const [row, {text}] of params.rows.entries())
			event({kind: 'measured', row, tokens: tokens(text, vocabSize), refusal: null});
		answer({model: 'model', dtype: 'int8', contextLength: 1024, vocabSize});
		await waitFor('the end', () => !desk.run.running.value);
	});
	const results = desk.run.results.value;
	const outputs = outputsFor(desk.items.value);
	const page = {
		elements: document.body.querySelectorAll('*').length,
		rows: document.querySelectorAll('tbody tr').length,
		outputs,
		lines: outputs.map(output => results.lines(output, 0, ROWS).split('\r\n').length),
	};
	desk.dispose();
	return page;
}

test('page and files are as long with 262,144 classes as with 50,257', async () => {
	const small = await drawn(50_257);
	render(null, document.body);
	const large = await drawn(262_144);
	expect(large.outputs).toEqual(small.outputs);
	expect(large.lines).toEqual(small.lines);
	expect(large.rows).toBe(small.rows);
	// An axis may have some more ticks.
	expect(large.elements).toBeLessThan(1.2 * small.elements);
	expect(small.rows).toBeGreaterThan(ROWS);
});
