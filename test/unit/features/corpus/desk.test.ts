import {beforeAll, describe, expect, test} from 'vitest';
import {refuse} from '../../../../src/engine/errors/refusal.ts';
import type {ReadTable} from '../../../../src/features/corpus/read/reader.ts';
import {columnsOf, itemsFrom} from '../../../../src/features/corpus/state/columns.ts';
import {createDesk, type Desk} from '../../../../src/features/corpus/state/desk.ts';
import {EMPTY_FORM, type Form} from '../../../../src/features/corpus/state/form.ts';
import {pack, unpack} from '../../../../src/features/corpus/state/packed.ts';
import {type FileHandle, growingFile, tableBlob} from '../../../../src/features/corpus/state/table-file.ts';
import type {MeasuredToken} from '../../../../src/protocol/questions/measure.ts';
import type {ModelInfo} from '../../../../src/protocol/questions/model.ts';
import {readTable} from '../../../../src/ui/csv/table.ts';
import {FakeEngine} from '../../../helpers/fake-engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';
import {waitFor} from '../../../helpers/wait.ts';

beforeAll(installI18n);

const tableOf = (csv: string) => readTable(new TextEncoder().encode(csv));

test('columns are guessed by their usual names, and a choice stands', () => {
	const table = tableOf('Item_ID,Cond,Sentence,context\n1,a,The old man,Once');
	expect(columnsOf({}, table)).toMatchObject({
		text: 'Sentence',
		context: 'context',
		item: 'Item_ID',
		condition: 'Cond',
	});
	expect(columnsOf({context: '', item: 'Cond'}, table)).toMatchObject({context: '', item: 'Cond'});
});

test('where no column is called a text, it is the one with the longest cells', () => {
	expect(columnsOf({}, tableOf('a,b\n1,The old man opened')).text).toBe('b');
});

test('the columns of BLiMP are pairs of which the first is right', () => {
	const table = tableOf('sentence_good,sentence_bad,UID\nIt is.,It are.,agreement');
	expect(itemsFrom({columns: {}, marks: true}, table).items).toMatchObject([
		{row: 2, text: 'It is.', second: 'It are.', right: 'first', condition: 'agreement'},
	]);
});

test('which text is right, and the last word of a region, mean nothing without a second text and a first word', () => {
	const table = tableOf('Sentence,other\nThe old man,x');
	expect(columnsOf({right: 'gone', regionTo: 'gone'}, table)).toMatchObject({right: '', regionTo: ''});
	const marked = tableOf('Sentence,from,to\nThe old man,2,3');
	const by = (columns: Form['columns']) => itemsFrom({columns, marks: true}, marked).items;
	expect(by({regionFrom: 'from', regionTo: 'to'})).toMatchObject([{regions: [{start: 4, end: 11}]}]);
	expect(by({regionTo: 'to'})).toMatchObject([{regions: []}]);
});

test('a chosen column that the next table lacks is refused by name', () => {
	expect(() => itemsFrom({columns: {text: 'sentence'}, marks: true}, tableOf('a,b\n1,2'))).toThrow(
		/no column “sentence”.*a or b/,
	);
});

const token = (text: string, start: number, bits: number): MeasuredToken => ({
	id: 1,
	text,
	start,
	end: start + text.length,
	rank: 3,
	logProb: -bits * Math.LN2,
	corrected: -(bits + 0.5) * Math.LN2,
	entropy: Math.LN2,
});

test('packed tokens are the same numbers', () => {
	const {id, text, ...numbers} = token(' man', 3, 4.25);
	expect(unpack(pack([token(' man', 3, 4.25)]))).toEqual([numbers]);
});

const read: ReadTable = async (...how) => readTable(...how);

/** A desk on a text, with an engine that answers when the test says so. */
async function deskOn(form: Partial<Form>, rows: number) {
	const engine = new FakeEngine();
	const kept: Form[] = [];
	const desk = createDesk(engine, read, '1.2.3', {...EMPTY_FORM, ...form}, form => kept.push(form));
	answerModel(engine, 'gpt2');
	await waitFor('the items', () => desk.items.value.length === rows);
	return {engine, desk, kept};
}

const answerModel = (engine: FakeEngine, id: string) =>
	engine.last('model').answer({id, dtype: 'int8', contextLength: 1024} as ModelInfo);
const asked = (engine: FakeEngine, times: number) =>
	waitFor('the question', () => (engine.of('measure').length === times ? engine.last('measure') : null));
/** Answers what is asked before a batch: which model it is. */
async function beginBatch(engine: FakeEngine, id: string, questions: number) {
	const before = engine.of('measure').length;
	await waitFor('the model to be asked for', () => engine.of('model').length === questions);
	answerModel(engine, id);
	return asked(engine, before + 1);
}

const ANSWER = {dtype: 'int8', contextLength: 1024, vocabSize: 50257};
const lines = (n: number) => Array.from({length: n}, (_, i) => `text ${i}`).join('\n');

test('a run is stopped and gone on with, by another model: every row says which one measured it', async () => {
	const {engine, desk} = await deskOn({text: lines(3)}, 3);
	desk.start();
	const first = await beginBatch(engine, 'gpt2', 2);
	expect(first.params).toMatchObject({rows: [{text: 'text 0'}, {text: 'text 1'}, {text: 'text 2'}], separator: ' '});
	first.event({kind: 'measured', row: 0, tokens: [token('text', 0, 2), token(' 0', 4, 3)], refusal: null});
	first.event({kind: 'measured', row: 1, tokens: [], refusal: refuse('too-long', {length: 2000, context: 1024})});
	desk.run.cancel();
	await waitFor('the stop', () => desk.run.stop.value);
	expect(first.cancelled).toBe(true);
	expect(desk.run.stop.value).toEqual({why: 'cancelled'});
	expect(desk.run.done.value).toBe(2);

	void desk.run.resume();
	const second = await beginBatch(engine, 'another', 3);
	expect(second.params.rows).toEqual([{text: 'text 2', context: ''}]);
	second.event({kind: 'measured', row: 0, tokens: [token('text', 0, 1)], refusal: null});
	second.answer({model: 'another', ...ANSWER});
	await waitFor('the end', () => !desk.run.running.value);
	const results = desk.run.results.value;
	expect(results.all.map(({refusal}) => refusal?.code)).toEqual([undefined, 'too-long', undefined]);
	const csv = await (await tableBlob(results, 'text')).text();
	const [header, ...rows] = csv.split('\r\n').filter(line => !/^"?#/.test(line));
	expect(header).toMatch(/^row,item,condition,text,.*plain_surprisal_bits.*,perplexity,model$/);
	expect(rows[0]).toMatch(/^1,,,text 0,.*,gpt2$/);
	expect(rows[1]).toMatch(/^3,,,text 2,.*,another$/);
	expect(csv).toContain('# model: gpt2; another');
});

test('another model that is chosen in the middle stops the run before its next batch', async () => {
	const {engine, desk} = await deskOn({text: lines(150)}, 150);
	desk.start();
	const first = await beginBatch(engine, 'gpt2', 2);
	for (const row of first.params.rows.keys())
		first.event({kind: 'measured', row, tokens: [token('text', 0, 2)], refusal: null});
	first.answer({model: 'gpt2', ...ANSWER});
	await waitFor('the model to be asked for', () => engine.of('model').length === 3);
	answerModel(engine, 'another');
	await waitFor('the stop', () => desk.run.stop.value);
	expect(desk.run.stop.value).toEqual({why: 'model', model: 'another'});
	expect(desk.run.done.value).toBe(100);
	expect(desk.run.results.value.models.map(({model}) => model)).toEqual(['gpt2']);
});

test('an engine that is lost leaves what has been measured, and says why', async () => {
	const {engine, desk} = await deskOn({text: lines(2)}, 2);
	desk.start();
	const first = await beginBatch(engine, 'gpt2', 2);
	first.event({kind: 'measured', row: 0, tokens: [token('text', 0, 2)], refusal: null});
	first.fail('worker-lost', 'The engine was lost.');
	await waitFor('the stop', () => desk.run.stop.value);
	expect(desk.run.stop.value).toEqual({why: 'error', message: 'The engine was lost.'});
	expect(desk.run.results.value.length).toBe(1);
});

test.each([
	[
		'latin-1',
		new Uint8Array([...new TextEncoder().encode('text\nfine\n'), 0x63, 0x61, 0x66, 0xe9]),
		'table-encoding',
		3,
	],
	['a quotation mark that is never closed', new TextEncoder().encode('text\nfine\n"open\nand on'), 'table-quote', 3],
	['a cell too many in every row', new TextEncoder().encode('text,item\na,b,c'), 'table-cells', 2],
	['a mark that does not close in any text', new TextEncoder().encode('text\nThe {old man'), 'row-marks', 2],
])('a file with %s is refused by its row, and what was measured stays', async (_, bytes, code, row) => {
	const {engine, desk} = await deskOn({text: lines(1)}, 1);
	desk.start();
	const asked = await beginBatch(engine, 'gpt2', 2);
	asked.event({kind: 'measured', row: 0, tokens: [token('text', 0, 2)], refusal: null});
	asked.answer({model: 'gpt2', ...ANSWER});
	await waitFor('the end', () => !desk.run.running.value);
	const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
	await desk.input.open({name: 'items.csv', size: bytes.length, arrayBuffer: async () => buffer});
	await waitFor('the refusal', () => desk.refusals.value.length > 0);
	expect(desk.refusals.value).toMatchObject([{code, values: {row}}]);
	expect(desk.items.value).toEqual([]);
	expect(desk.run.results.value.length).toBe(1);
});

test('braces that are part of the texts are measured as they are where they mark nothing', async () => {
	const {engine, desk} = await deskOn({text: 'f() { return 1; }\nthe } and {'}, 0);
	expect(desk.hasBraces.value).toBe(false);
	await waitFor('what is left out', () => desk.faults.value.length > 0);
	expect(desk.faults.value).toMatchObject([{code: 'row-marks', values: {row: 2}}]);
	expect(desk.items.value).toHaveLength(1);
	expect(desk.hasBraces.value).toBe(true);
	desk.set({marks: false});
	expect(desk.faults.value).toEqual([]);
	expect(desk.items.value).toHaveLength(2);
	desk.start();
	const {params} = await beginBatch(engine, 'gpt2', 2);
	expect(params.rows.map(({text}) => text)).toEqual(['f() { return 1; }', 'the } and {']);
});

/** Opens a file of this text and waits until it is read. */
async function openFile(desk: Desk, text: string, name = 'items.csv') {
	const bytes = new TextEncoder().encode(text);
	await desk.input.open({name, size: bytes.length, arrayBuffer: async () => bytes.buffer as ArrayBuffer});
	await waitFor('the file', () => !desk.input.isBehind.value);
}

test('a row that cannot be read is told, and the others are measured', async () => {
	const {engine, desk} = await deskOn({}, 0);
	await openFile(desk, 'sentence,item\nIt is.,1\nHe {is,2\nOne, two,3\nWe are.,4\n');
	expect(desk.refusals.value).toEqual([]);
	expect(desk.faults.value.map(({code, values}) => [values.row, code])).toEqual([
		[3, 'row-marks'],
		[4, 'table-cells'],
	]);
	desk.start();
	const {params} = await beginBatch(engine, 'gpt2', 2);
	expect(params.rows.map(({text}) => text)).toEqual(['It is.', 'We are.']);
});

test('a choice of columns is of the file that it was made for, and stays where that is opened again', async () => {
	const {desk} = await deskOn({columns: {text: 'left from before'}}, 0);
	await openFile(desk, 'sentence,note\nA text.,a note\n');
	expect([desk.refusals.value, desk.items.value[0].text]).toEqual([[], 'A text.']);
	desk.set({columns: {text: 'note'}});
	await openFile(desk, 'sentence,note\nA text.,a better note\n');
	expect(desk.items.value[0].text).toBe('a better note');
	await openFile(desk, 'sentence,note,other\nAnother text.,a note,x\n');
	expect([desk.form.value.columns, desk.items.value[0].text]).toEqual([{}, 'Another text.']);
});

test('whether the first row names the columns is said where the guess is wrong, for one file', async () => {
	const {desk} = await deskOn({}, 0);
	await openFile(desk, 'One,a\nTwo,b\n');
	expect(desk.items.value.map(({text}) => text)).toEqual(['Two']);
	desk.set({header: false});
	await waitFor('it to be read again', () => !desk.input.isBehind.value);
	expect(desk.items.value.map(({text}) => text)).toEqual(['One', 'Two']);
	await openFile(desk, 'One,a\nTwo,b\n', 'other.csv');
	expect(desk.items.value).toHaveLength(1);
});

describe('a text that is handed over', () => {
	test('is there at once where nothing stands, and its braces mark nothing', async () => {
		const {desk} = await deskOn({}, 0);
		desk.hand('One {old}\nman');
		expect(desk.form.value).toMatchObject({kind: 'lines', text: 'One {old}\nman', marks: false});
		expect(desk.offered.value).toBeNull();
		await waitFor('the items', () => desk.items.value.length === 2);
		expect(desk.items.value[0]).toMatchObject({text: 'One {old}', regions: []});
	});

	test('is offered where something stands: in its place, below it, or not at all', async () => {
		const {desk} = await deskOn({text: 'Mine.\n'}, 1);
		desk.hand('Theirs.');
		expect(desk.offered.value).toBe('Theirs.');
		expect(desk.form.value.text).toBe('Mine.\n');
		desk.settle('leave');
		expect([desk.offered.value, desk.form.value.text]).toEqual([null, 'Mine.\n']);
		desk.hand('Theirs.');
		desk.settle('below');
		expect([desk.offered.value, desk.form.value.text]).toEqual([null, 'Mine.\nTheirs.']);
		// The same again is there already.
		desk.hand('Mine.\nTheirs.');
		expect(desk.offered.value).toBeNull();
		desk.hand('Others.');
		desk.settle('replace');
		expect([desk.offered.value, desk.form.value.text]).toEqual([null, 'Others.']);
	});

	test('lets its braces be text below others that have none, and marks stay where others have them', async () => {
		const {desk} = await deskOn({text: 'Mine.'}, 1);
		desk.hand('Their {own}.');
		desk.settle('below');
		expect(desk.form.value).toMatchObject({text: 'Mine.\nTheir {own}.', marks: false});
		desk.set({text: 'My {own}.', marks: true});
		desk.hand('Their {own}.');
		desk.settle('below');
		expect(desk.form.value).toMatchObject({text: 'My {own}.\nTheir {own}.', marks: true});
	});

	test('puts no file away before it is asked to', async () => {
		const {desk} = await deskOn({}, 0);
		const bytes = new TextEncoder().encode('text\nOf a file.');
		await desk.input.open({name: 'a.csv', size: bytes.length, arrayBuffer: async () => bytes.buffer as ArrayBuffer});
		desk.hand('Theirs.');
		expect([desk.input.file.value, desk.offered.value]).toEqual(['a.csv', 'Theirs.']);
		desk.settle('replace');
		expect(desk.input.file.value).toBeNull();
		await waitFor('the text', () => desk.items.value[0]?.text === 'Theirs.');
	});
});

test('a file that is too large is not even read', async () => {
	const {desk} = await deskOn({text: lines(1)}, 1);
	await desk.input.open({
		name: 'large.csv',
		size: 10_000_001,
		arrayBuffer: () => Promise.reject(new Error('It was read.')),
	});
	expect(desk.refusals.value).toMatchObject([{code: 'table-large'}]);
});

test('which text is right, and what the conditions are, can be said after the pairs were measured', async () => {
	const csv = 'first,second,kind\nIt is.,It are.,a\nHe is.,He are.,b';
	const {engine, desk} = await deskOn({kind: 'table', text: csv, columns: {second: 'second'}}, 2);
	desk.start();
	const batch = await beginBatch(engine, 'gpt2', 2);
	expect(batch.params.rows.map(({text}) => text)).toEqual(['It is.', 'It are.', 'He is.', 'He are.']);
	for (const [row, bits] of [3, 5, 6, 4].entries())
		batch.event({kind: 'measured', row, tokens: [token('It', 0, bits)], refusal: null});
	batch.answer({model: 'gpt2', ...ANSWER});
	await waitFor('the end', () => !desk.run.running.value);
	const pairs = () => desk.run.results.value.all.map(({pair}) => pair!);
	expect(pairs().map(({difference, isRight}) => [Math.round(difference), isRight])).toEqual([
		[2, null],
		[-2, null],
	]);
	desk.set({columns: {second: 'second', right: ':first', condition: 'kind'}});
	expect(pairs().map(({condition, isRight}) => [condition, isRight])).toEqual([
		['a', true],
		['b', false],
	]);
	expect(engine.of('measure').length).toBe(1);
});

/** A file on a disk that keeps what was written once it is closed. */
function fakeFile() {
	let disk = '';
	let writes = 0;
	const handle: FileHandle = {
		name: 'out.csv',
		async createWritable({keepExistingData = false} = {}) {
			let text = keepExistingData ? disk : '';
			let at = 0;
			return {
				async seek(position) {
					at = position;
				},
				async write(data) {
					writes++;
					text = text.slice(0, at) + data;
					at = text.length;
				},
				async close() {
					disk = text;
				},
			};
		},
	};
	return {handle, read: () => disk, writes: () => writes};
}

test('rows are written into a file as they are measured: the same file as is saved at the end', async () => {
	const {engine, desk} = await deskOn({text: lines(150), output: 'token'}, 150);
	const file = fakeFile();
	desk.start(file.handle);
	for (const questions of [2, 3]) {
		const batch = await beginBatch(engine, 'gpt2', questions);
		for (const row of batch.params.rows.keys())
			batch.event({kind: 'measured', row, tokens: [token('text', 0, 2), token(' 1', 4, row)], refusal: null});
		batch.answer({model: 'gpt2', ...ANSWER});
	}
	await waitFor('the end', () => !desk.run.running.value);
	const whole = await (await tableBlob(desk.run.results.value, 'token')).text();
	await waitFor('the file', () => file.read() === whole);
	expect(file.writes()).toBeGreaterThan(1);
	expect(desk.fileFault.value).toBeNull();
});

test('a stopped file is whole, goes on where it stopped, and is written anew when another model goes on', async () => {
	const {engine, desk} = await deskOn({text: lines(3), output: 'text'}, 3);
	const file = fakeFile();
	desk.start(file.handle);
	const first = await beginBatch(engine, 'gpt2', 2);
	first.event({kind: 'measured', row: 0, tokens: [token('text', 0, 2)], refusal: null});
	desk.run.cancel();
	await waitFor('the first row', () => /^1,,,text 0/m.test(file.read()));
	void desk.run.resume();
	const second = await beginBatch(engine, 'another', 3);
	for (const row of [0, 1]) second.event({kind: 'measured', row, tokens: [token('text', 0, 2)], refusal: null});
	second.answer({model: 'another', ...ANSWER});
	await waitFor('the end', () => !desk.run.running.value);
	const whole = await (await tableBlob(desk.run.results.value, 'text')).text();
	await waitFor('the file', () => file.read() === whole);
});

test('a stopped file is written anew when other things are said of its texts before it goes on', async () => {
	const text = 'text,kind\nIt is.,a\nHe is.,b';
	const {engine, desk} = await deskOn({kind: 'table', text, output: 'text'}, 2);
	const file = fakeFile();
	desk.start(file.handle);
	const first = await beginBatch(engine, 'gpt2', 2);
	first.event({kind: 'measured', row: 0, tokens: [token('It', 0, 2)], refusal: null});
	desk.run.cancel();
	await waitFor('the first row', () => /^2,,,It is\./m.test(file.read()));
	desk.set({columns: {condition: 'kind'}});
	void desk.run.resume();
	const second = await beginBatch(engine, 'gpt2', 3);
	second.event({kind: 'measured', row: 0, tokens: [token('He', 0, 2)], refusal: null});
	second.answer({model: 'gpt2', ...ANSWER});
	await waitFor('the end', () => !desk.run.running.value);
	const whole = await (await tableBlob(desk.run.results.value, 'text')).text();
	expect(whole).toMatch(/^2,,a,It is\./m);
	await waitFor('the file', () => file.read() === whole);
});

test('a disk that is full is said, and the rows stay', async () => {
	const {engine, desk} = await deskOn({text: lines(1)}, 1);
	const full = async () => {
		throw new Error('No space left.');
	};
	desk.start({name: 'out.csv', createWritable: full});
	const batch = await beginBatch(engine, 'gpt2', 2);
	batch.event({kind: 'measured', row: 0, tokens: [token('text', 0, 2)], refusal: null});
	batch.answer({model: 'gpt2', ...ANSWER});
	await waitFor('the fault', () => desk.fileFault.value);
	expect(desk.fileFault.value).toBe('No space left.');
	expect(desk.run.results.value.length).toBe(1);
});

test('a file that could not be written is tried again from its beginning', async () => {
	const {engine, desk} = await deskOn({text: lines(1), output: 'text'}, 1);
	desk.start();
	const batch = await beginBatch(engine, 'gpt2', 2);
	batch.event({kind: 'measured', row: 0, tokens: [token('text', 0, 2)], refusal: null});
	batch.answer({model: 'gpt2', ...ANSWER});
	await waitFor('the end', () => !desk.run.running.value);
	const results = desk.run.results.value;
	const {handle, read} = fakeFile();
	let isFull = true;
	const growing = growingFile(
		{
			name: 'out.csv',
			createWritable: options => (isFull ? Promise.reject(new Error('full')) : handle.createWritable(options)),
		},
		'text',
	);
	expect(desk.isUnsaved.value).toBe(true);
	desk.onSaved();
	expect(desk.isUnsaved.value).toBe(false);
	await expect(growing.update(results, true)).rejects.toThrow('full');
	isFull = false;
	await growing.update(results, true);
	expect(read()).toBe(await (await tableBlob(results, 'text')).text());
});
