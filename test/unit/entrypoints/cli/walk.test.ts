import {mkdtemp, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {readFlags} from '../../../../src/entrypoints/cli/flags.ts';
import {modelOpener} from '../../../../src/entrypoints/cli/model.ts';
import {run} from '../../../../src/entrypoints/cli/run.ts';
import {UsageError} from '../../../../src/entrypoints/cli/usage-error.ts';
import type {Answer, Method} from '../../../../src/protocol/questions.ts';
import {EngineService} from '../../../../src/service/service.ts';

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

test('explain with parts off, another prompt and a text that steers gives the numbers of the engine, counted from 1', async () => {
	const text = "Anna's daughter met Anna's";
	const two = ['--class', ' daughter', '--against', ' son'];
	const output = await cli(
		...['explain', '--text', text, ...two, '--ablate', '2.4', '--ablate', 'mlp.4', '--parts', '--heads', '--json'],
		...['--patch', "Anna's brother met Anna's"],
	);
	const {changed, parts, attribution, patches, heads} = JSON.parse(output);
	const prompt = {text, appended: []};
	const ask = (method: Method, params: object) =>
		service.answer(method, params, new AbortController().signal, () => {}) as Promise<never>;
	const off = [
		{block: 1, part: 3},
		{block: 3, part: 'mlp'},
	];
	const ids = changed.asked.map(({id}: {id: number}) => id);
	const expected: Answer<'changed'> = await ask('changed', {prompt, changes: {off}, limit: 8, classes: ids});
	expect(changed).toMatchObject({off: ['2.4', 'mlp.4'], fill: 'zero', ...expected});
	const [daughter, son] = expected.asked;
	expect(changed.measured.after).toBe(daughter.after.logit - son.after.logit);
	const rows: {part: string; adds: number; directly: number}[] = parts.rows;
	expect(rows).toHaveLength(30);
	expect(rows.map(({part}) => part).slice(0, 6)).toEqual(['1.1', '1.2', '1.3', '1.4', 'mlp.1', '2.1']);
	expect(attribution.logit).toBe(parts.whole);
	expect(rows.find(({part}) => part === 'mlp.4')!.directly).toBe(attribution.blocks[3].mlp);
	expect(patches.whole[0]).toBe(parts.whole);
	expect(patches.blocks[6].at(-1)).toBe(patches.whole[1]);
	expect(heads.heads.map(({head}: {head: string}) => head).at(-1)).toBe('6.4');
	const labels: Answer<'headLabels'> = await ask('headLabels', {prompt, changes: {off}});
	const last = labels.blocks[5][3];
	expect(heads.heads.at(-1)).toEqual({head: '6.4', ...last});
});

test('explain says in words what changes', async () => {
	const output = await cli(
		...[
			'explain',
			'--text',
			"Anna's daughter met Anna's",
			'--class',
			' daughter',
			'--ablate',
			'2.4',
			'--parts',
			'--heads',
		],
		...[
			'--patch',
			"Anna's brother met Anna's",
			'--patch-at',
			'3.3',
			'--steer',
			' sad =>  happy',
			'--steer-at',
			'every',
		],
	);
	expect(output).toMatch(
		/With 2\.4 off \(zero\), 1 of the residual stream's vectors from "Anna's brother met Anna's", 1 times " sad" less " happy" after block 3: the logit of " daughter" goes from [-\d.]+ to /,
	);
	expect(output).toMatch(/how much lower it is with the part off \(zero\)/);
	expect(output).toMatch(/^ *head .*induction \(twice\)$/m);
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
	[
		['explain', '--text', 'x', '--ablate', '0.3'],
		/--ablate must name a part, such as 5\.3, attention\.5 or mlp\.5, but is "0\.3"/,
	],
	[['explain', '--text', 'x', '--fill', 'one'], /--fill must be zero or mean, but is "one"/],
	[['explain', '--text', 'x', '--patch', 'y', '--patch-at', '3'], /--patch-at must be a block and a position/],
	[['explain', '--text', 'x', '--patch-at', '3.1'], /--patch-at has no effect without --patch/],
	[['explain', '--text', 'x', '--steer', 'sad'], /--steer must be "TOWARD => FROM", but is "sad"/],
	[['explain', '--text', 'x', '--steer', 'a => b', '--steer-block', '1.5'], /--steer-block must be a whole number/],
	[['explain', '--text', 'x', '--steer-weight', '2'], /--steer-weight has no effect without --steer/],
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
