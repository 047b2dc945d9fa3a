import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, readFile, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {waitFor} from '../../../helpers/wait.ts';

const root = new URL('../../../../', import.meta.url).pathname;

/** Run the command line as a person does. */
const cli = (...args: string[]) =>
	new Promise<{code: number; stdout: string; stderr: string}>(resolve => {
		const options = {cwd: root, maxBuffer: 2 ** 26};
		execFile(
			process.execPath,
			['node_modules/tsx/dist/cli.mjs', 'src/entrypoints/cli/main.ts', ...args],
			options,
			(error, stdout, stderr) => resolve({code: error ? Number(error.code) : 0, stdout, stderr}),
		);
	});

test('classes as JSON: ids, texts, logits and log-probabilities', async () => {
	const {code, stdout} = await cli(
		'classes',
		'--text',
		'The President of the United',
		'--top',
		'3',
		'--json',
		'--threads',
		'1',
	);
	expect(code).toBe(0);
	const answer = JSON.parse(stdout);
	expect(answer.model).toHaveLength(3);
	expect(answer.model[0]).toMatchObject({id: 1829, text: ' States', rank: 1});
	expect(answer.model[0].logProb).toBeCloseTo(Math.log(answer.model[0].probability), 12);
});

test('score as JSON: every token with its ten first classes, and the totals', async () => {
	const {stdout} = await cli('score', '--text', 'Once upon a time', '--json', '--threads', '1');
	const answer = JSON.parse(stdout);
	expect(answer.tokens.map((token: {text: string}) => token.text)).toEqual(['Once', ' upon', ' a', ' time']);
	expect(answer.tokens[1]).toMatchObject({
		id: 2402,
		rank: expect.any(Number),
		logProb: expect.any(Number),
		entropy: expect.any(Number),
	});
	expect(answer.tokens[1].top).toHaveLength(10);
	expect(answer).toMatchObject({tokenCount: 4, windows: 1, stride: 512});
});

test('a wrong parameter ends with code 2 and says why; a missing model with code 1', async () => {
	const wrong = await cli('generate', '--text', 'x', '--top-p', '2');
	expect(wrong).toMatchObject({code: 2, stdout: ''});
	expect(wrong.stderr).toMatch(/topP must be a number from 0 to 1, but is 2/);
	const missing = await cli('classes', '--text', 'x', '--model', '/nowhere');
	expect(missing).toMatchObject({code: 1, stdout: ''});
	expect(missing.stderr).toMatch(/nowhere\/config\.json cannot be read/);
	expect((await cli('classes')).stderr).toMatch(/--text or --file/);
});

test('Ctrl-C ends a table with a whole row, and says how far it came', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'next-token-lens-'));
	const [input, output] = [join(folder, 'in.txt'), join(folder, 'out.csv')];
	// More than is measured before the signal comes, on any machine.
	await writeFile(input, 'The old man opened the door of his house and saw his own face.\n'.repeat(5000));
	const args = ['surprisal', '--format', 'lines', '--file', input, '--out', output, '--threads', '1'];
	const child = spawn(process.execPath, ['--import', 'tsx', 'src/entrypoints/cli/main.ts', ...args], {cwd: root});
	let told = '';
	child.stderr.on('data', data => {
		told += data;
	});
	// Once all that it has told is read, too: at its exit some may be on its way.
	const ended = once(child, 'close');
	const read = () => readFile(output, 'utf8').catch(() => '');
	await waitFor('some rows', async () => (await read()).includes('\r\n3,'), {timeout: 90_000});
	child.kill('SIGINT');
	expect((await ended)[0]).toBe(130);
	const [, done] = /^Stopped after (\d+) of 5000 texts\. The same with --resume goes on after them\.\n$/m.exec(told)!;
	const rows = (await read()).split('\r\n').slice(10);
	expect(rows.pop()).toBe('');
	expect(rows.at(-1)).toMatch(new RegExp(`^${done},.*,face\\.,`));
	expect(rows).toHaveLength(Number(done) * 14);
});
