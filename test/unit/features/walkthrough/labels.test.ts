import {expect, test} from 'vitest';
import {readLines, writeLines} from '../../../../src/features/walkthrough/labels/lines.ts';
import {
	beginsAnother,
	problemOf,
	readExamples,
	shareOf,
	unknownTruths,
	writtenLabel,
} from '../../../../src/features/walkthrough/labels/task.ts';
import {labelRequest, MAX_LINES, readLabels} from '../../../../src/protocol/questions/label.ts';
import {toCsv} from '../../../../src/ui/csv/write.ts';

test.each([
	['a header', 'id,Text,label\n1,"Good, really",pos\n2,Bad,neg\n', ['Good, really', 'Bad'], ['pos', 'neg']],
	['no header', 'Good,pos\nBad,neg', ['Good', 'Bad'], ['pos', 'neg']],
	['one column', 'Good\nBad\n', ['Good', 'Bad'], null],
	['tabs and a byte-order mark', '\ufefftext\tlabel\nGood\tpos\nBad\t\n', ['Good', 'Bad'], ['pos', '']],
	['quotes and lines in a cell', 'text,label\n"She said ""no""\nand left",neg', ['She said "no"\nand left'], ['neg']],
	[
		'a quotation mark that is never closed',
		'"No" he said,pos\n"Never again!,neg\nFine,pos',
		['"No" he said', '"Never again!', 'Fine'],
		['pos', 'neg', 'pos'],
	],
	[
		'sentences in it',
		'Well, yes, it was.\nDull.\n"Quoted, with ""marks"""\n',
		['Well, yes, it was.', 'Dull.', 'Quoted, with "marks"'],
		null,
	],
	['a label that is missing', 'Good,pos\nBad\n', ['Good', 'Bad'], ['pos', '']],
	['empty lines', 'text\n\nGood\n\n', ['Good'], null],
])('a CSV file with %s', (_, file, texts, truths) => {
	expect(readLines(file)).toEqual({texts, truths});
});

test('classified lines are exported with every number, and can be imported again', () => {
	const row = {logProbs: [-1, -2], probabilities: [0.75, 0.25], calibrated: null, best: 0, dropped: 0};
	const lines = {texts: ['Good, "really"', '=1+1'], truths: ['pos', 'neg']};
	const csv = writeLines(lines, ['pos', 'neg'], [row, {...row, calibrated: [0.1, 0.9], best: 1}]);
	const [header, first, second] = csv.split('\r\n');
	expect(header).toBe(
		'text,label,predicted,probability of pos,probability of neg,log-probability of pos,log-probability of neg',
	);
	expect(first).toBe('"Good, ""really""",pos,pos,0.75,0.25,-1,-2');
	// No spreadsheet takes it for a formula.
	expect(second).toMatch(/^"?'=1\+1"?,neg,neg,0.1,0.9,-1,-2$/);
	expect(readLines(csv).texts[0]).toBe('Good, "really"');
});

test.each([
	['=1+1', "'=1+1"],
	['+1+cmd|x', "'+1+cmd|x"],
	['-1+cmd|x', "'-1+cmd|x"],
	['@SUM(A1)', "'@SUM(A1)"],
	['\t=1', "'\t=1"],
	['\r=1', `"'\r=1"`],
	['\n=1', `"'\n=1"`],
	['＝1+1', "'＝1+1"],
	['-', "'-"],
	['-1', '-1'],
	['+0.5e-3', '+0.5e-3'],
	['-.5', '-.5'],
	['a=1', 'a=1'],
	['a, "b"', '"a, ""b"""'],
])('the cell %j is written as %s', (text, written) => {
	expect(toCsv([[text, -2, true]])).toBe(`${written},-2,true`);
});

test('a file with too many lines is known by their number before all of it is read', () => {
	const {texts} = readLines('good film,pos\n'.repeat(400_000));
	expect(texts.length).toBeGreaterThan(MAX_LINES);
	expect(texts.length).toBeLessThan(MAX_LINES + 3);
	const most = readLines(`text\n${'good\n\n'.repeat(MAX_LINES)}`);
	expect(most.texts).toHaveLength(MAX_LINES);
});

test.each(['\n', '\r\n'])('ten million blank lines are passed over, and what comes after them is read (%j)', end => {
	expect(readLines(`text,label${end}a,x${end}${end.repeat(1e7)}b,y`)).toEqual({texts: ['a', 'b'], truths: ['x', 'y']});
});

test('labels and examples as they are typed', () => {
	expect(readLabels(' good, bad ,, so so')).toEqual(['good', 'bad', 'so so']);
	expect(readExamples('A => b => good\nno arrow\n\n => bad\nDull. =>bad')).toEqual({
		examples: [
			{text: 'A => b', label: 'good'},
			{text: 'Dull.', label: 'bad'},
		],
		left: 2,
	});
});

const task = {labels: ['good', 'bad'], template: '{text}:', examples: [], contentFree: null};

test('a wrong task is reported before the engine is asked', () => {
	expect(problemOf(task)).toBeNull();
	expect(problemOf({...task, labels: ['good']})).toEqual({kind: 'labels'});
	expect(problemOf({...task, labels: ['good', 'good']})).toEqual({kind: 'same', label: 'good'});
	expect(problemOf({...task, template: 'text'})).toEqual({kind: 'template'});
	expect(problemOf({...task, examples: [{text: 'x', label: 'fine'}]})).toEqual({kind: 'example', label: 'fine'});
});

test('a true label that is none of the labels is unknown', () => {
	const request = labelRequest(
		{...task, examples: [{text: 'x', label: 'bad'}]},
		{texts: ['a', 'b'], truths: ['bad', 'fine']},
	);
	expect(request).toMatchObject({truths: [1, null], examples: [{text: 'x', label: 1}]});
});

test('true labels that are none of the labels are counted, and all of the file’s are listed', () => {
	expect(unknownTruths(['pos', '', 'neg', 'pos', 'bad'], ['good', 'bad'])).toEqual({
		lines: 3,
		all: ['pos', 'neg', 'bad'],
	});
	expect(unknownTruths(null, ['good'])).toEqual({lines: 0, all: []});
});

test('of labels that begin one another, the longest that was written counts, and only whole words do', () => {
	expect(writtenLabel(' not bad at all', ['not', 'not bad'])).toBe('not bad');
	expect(writtenLabel(' not, though', ['not', 'not bad'])).toBe('not');
	expect(writtenLabel(' goodness', ['good', 'bad'])).toBeNull();
	expect(writtenLabel(' good.', ['good', 'bad'])).toBe('good');
});

test('a label that begins another holds its probability too: it is counted once', () => {
	const labelTokens = [[1], [1, 2], [3]].map(ids => ids.map(id => ({id})));
	const logProbs = [0.5, 0.2, 0.1].map(Math.log);
	expect(shareOf(logProbs, {labelTokens})).toBeCloseTo(0.6, 12);
	expect(beginsAnother(['not', 'not bad', 'good'], labelTokens)).toEqual(['not', 'not bad']);
	expect(beginsAnother(['a', 'b'], labelTokens.slice(1))).toBeNull();
});
