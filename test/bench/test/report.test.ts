import {describe, expect, it} from 'vitest';
import {type Aim, aimLine, blocksOf, fillIn, markdown} from '../report.ts';

const aim: Aim = {id: 'fast', says: 'it is fast', measured: '3.00×', met: true};

describe('a table', () => {
	it('is Markdown whose columns are aligned', () => {
		const table = {
			id: 't',
			head: ['', 'ours'],
			rows: [
				['a token', '12.5 ms'],
				['“é”', '–'],
			],
		};
		expect(markdown(table)).toBe(
			['|         |    ours |', '| ------- | ------: |', '| a token | 12.5 ms |', '| “é”     |       – |'].join('\n'),
		);
	});
});

describe('an aim', () => {
	it('says what came out, and whether that is enough', () => {
		expect(aimLine(aim)).toBe('Aim: it is fast. Measured: **3.00×**. Met.');
		expect(aimLine({...aim, met: false})).toMatch(/Not met\.$/);
		expect(aimLine({...aim, measured: '–', met: null})).toMatch(/Not measured here\.$/);
	});
});

describe('a document', () => {
	const document =
		'# Speed\n\n<!-- bench:t -->\nold\n<!-- /bench -->\n\nWords.\n\n<!-- bench:fast -->\n<!-- /bench -->\n';
	const report = {data: null, tables: [{id: 't', head: ['a'], rows: [['1']]}], aims: [aim]};

	it('gets what was measured where it has its marks, and keeps its words', () => {
		const filled = fillIn(document, blocksOf([report])).document;
		expect(filled).toContain('<!-- bench:t -->\n\n| a   |\n| --- |\n| 1   |\n\n<!-- /bench -->');
		expect(filled).toContain('<!-- bench:fast -->\n\nAim: it is fast. Measured: **3.00×**. Met.\n\n<!-- /bench -->');
		expect(filled).toContain('\n\nWords.\n\n');
		expect(filled).not.toContain('old');
	});

	it('is the same when the same is put in again', () => {
		const once = fillIn(document, blocksOf([report])).document;
		expect(fillIn(once, blocksOf([report])).document).toBe(once);
	});

	it('keeps what nothing was measured for, and says so', () => {
		const {document: same, missing} = fillIn(document, new Map([['fast', 'new']]));
		expect(same).toContain('<!-- bench:t -->\nold\n<!-- /bench -->');
		expect(missing).toEqual(['t']);
	});
});
