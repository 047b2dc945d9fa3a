import {mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {readFlags} from '../../../src/cli/flags.ts';
import {modelOpener} from '../../../src/cli/model.ts';
import {run} from '../../../src/cli/run.ts';
import {UsageError} from '../../../src/cli/usage-error.ts';
import {EngineService} from '../../../src/service/service.ts';

/** The bundled model, opened once for all commands. */
const service = new EngineService(modelOpener(readFlags(['classes', '--threads', '1'])));
const cli = (...args: string[]) => run(args, service);

const TEXT = 'The old man opened the door and saw his';

test('explain as JSON: the lens ends in the class’s own numbers, its contributions add up to its logit', async () => {
	const output = await cli(
		'explain',
		'--text',
		TEXT,
		'--class',
		' face',
		'--against',
		' voice',
		'--unit',
		'word',
		'--json',
	);
	const answer = JSON.parse(output);
	expect(answer.class.text).toBe(' face');
	expect(answer.lens).toHaveLength(7);
	expect(answer.lens.at(-1).followed.rank).toBe(answer.class.rank);
	const sum = answer.contributions.reduce((total: number, one: {contribution: number}) => total + one.contribution, 0);
	expect(Math.abs(sum - answer.class.logit)).toBeLessThan(1e-3);
	const {whole, parts} = answer.influence;
	expect(parts.map((part: {text: string}) => part.text).join('')).toBe(TEXT);
	for (const {chosen, against, influence} of parts)
		expect(influence).toBeCloseTo(whole.chosen - whole.against - (chosen - against), 9);
});

test('explain in words', async () => {
	const output = await cli('explain', '--text', TEXT);
	expect(output).toContain('after each block');
	expect(output).toContain('What each token adds to the log-probability of');
});

test('a text of several tokens is no class', async () => {
	const refused = expect(cli('explain', '--text', TEXT, '--class', 'strawberry')).rejects;
	await refused.toBeInstanceOf(UsageError);
	await refused.toThrow('"strawberry" is no class: it is 3 tokens, "st" "raw" "berry"');
});

test('classify a file of lines, with its accuracy', async () => {
	const file = join(await mkdtemp(join(tmpdir(), 'next-token-lens-')), 'lines.csv');
	await writeFile(file, 'text,label\n"Lovely, all of it",good\nA waste of time,bad\nUnknown,fine\n');
	const flags = ['--labels', 'good, bad', '--template', 'Review: {text}\\nThe film was', '--file', file, '--calibrate'];
	const output = await cli('classify', ...flags, '--example', 'A joy. => good');
	expect(output).toMatch(/of 2 are right: an accuracy of/);
	const answer = JSON.parse(await cli('classify', ...flags, '--json'));
	expect(answer.rows.map((row: {text: string}) => row.text)).toEqual([
		'Lovely, all of it',
		'A waste of time',
		'Unknown',
	]);
	expect(answer.evaluation.known).toBe(2);
	for (const {calibrated, label, best} of answer.rows) {
		expect(calibrated[0] + calibrated[1]).toBeCloseTo(1, 9);
		expect(label).toBe(answer.labels[best]);
	}
});

test.each([
	[['explain', '--text', 'x', '--unit', 'page'], /--unit must be token, word, sentence, but is "page"/],
	[['classify', '--labels', 'a,b', '--example', 'x'], /--example must be "TEXT => LABEL"/],
	[['classify', '--labels', 'a,b', '--example', 'x => c'], /with one of the labels/],
])('%j is refused', (args, message) => {
	expect(() => readFlags(args)).toThrow(message);
});

test.each([
	[['--template', '{text}'], 'Give the labels'],
	[['--labels', 'a,b'], 'Give a template'],
	[['--labels', 'a,b', '--template', 'no slot'], 'The template has no {text}'],
])('%j is refused with the missing argument', async (args, message) => {
	await expect(cli('classify', '--text', 'x', ...args)).rejects.toThrow(message);
});
