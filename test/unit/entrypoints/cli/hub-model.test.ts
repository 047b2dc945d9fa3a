import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {repositoryOf} from '../../../../src/entrypoints/cli/hub-model.ts';
import {makeCheckpoint} from '../../../helpers/checkpoint.ts';
import {type HubServer, serveHub} from '../../../helpers/hub-server.ts';

/** `--model owner/name` against a Hub on this machine. */

let hub: HubServer;
let cache: string;
beforeAll(async () => {
	hub = await serveHub();
	cache = await mkdtemp(join(tmpdir(), 'next-token-lens-cache-'));
	hub.put('test/gpt2', {files: makeCheckpoint({layers: 2, width: 32, vocabSize: 600})});
});
afterAll(async () => {
	await hub.dispose();
	await rm(cache, {recursive: true});
});

const cli = (args: string[], environment: Record<string, string> = {}) =>
	new Promise<{code: number; stdout: string; stderr: string}>(resolve => {
		execFile(
			process.execPath,
			[
				'node_modules/tsx/dist/cli.mjs',
				'src/entrypoints/cli/main.ts',
				'classes',
				'--text',
				'abc',
				'--threads',
				'1',
				...args,
			],
			{env: {...process.env, HF_ENDPOINT: hub.address, NEXT_TOKEN_LENS_CACHE: cache, ...environment}},
			(error, stdout, stderr) => resolve({code: error ? Number(error.code) : 0, stdout, stderr}),
		);
	});

test.each([
	['openai-community/gpt2', {repo: 'openai-community/gpt2', revision: 'main'}],
	['me/model@v1.0', {repo: 'me/model', revision: 'v1.0'}],
	['gpt2', null],
	['./a/b', null],
	['/a/b', null],
	['a/b/c', null],
	['a/b@c@d', null],
	['../a', null],
])('%s as a repository', (model, expected) => {
	expect(repositoryOf(model)).toEqual(expected);
});

test('a repository is downloaded once, with its progress on stderr, and answers from the cache without the Hub', async () => {
	hub.seen.length = 0;
	const first = await cli(['--model', 'test/gpt2', '--json']);
	expect(first.code).toBe(0);
	expect(first.stderr).toMatch(/test\/gpt2: .* of .*B/);
	expect(hub.seen.some(({path}) => path.endsWith('model.safetensors'))).toBe(true);
	hub.seen.length = 0;
	const again = await cli(['--model', 'test/gpt2', '--json'], {HF_HUB_OFFLINE: '1'});
	expect(again.stdout).toBe(first.stdout);
	expect(hub.seen).toEqual([]);
	expect(JSON.parse(first.stdout).vocabSize).toBe(600);
	expect(await readdir(join(cache, 'models'))).toHaveLength(1);
});

test('a model that cannot be fetched ends with code 1 and a sentence', async () => {
	const missing = await cli(['--model', 'test/nowhere']);
	expect(missing).toMatchObject({code: 1, stdout: ''});
	expect(missing.stderr).toMatch(/does not show test\/nowhere to everyone/);
	const offline = await cli(['--model', 'test/other'], {HF_HUB_OFFLINE: '1'});
	expect(offline.code).toBe(1);
	expect(offline.stderr).toMatch(/network is switched off/);
});

test('a cache that cannot be written is blamed by its path, and says what to do', async () => {
	const file = join(cache, 'a-file');
	await writeFile(file, '');
	const {code, stdout, stderr} = await cli(['--model', 'test/gpt2'], {NEXT_TOKEN_LENS_CACHE: file});
	expect([code, stdout]).toEqual([1, '']);
	expect(stderr).toMatch(/a-file\S* cannot be read or written \(E\w+\)\. Allow it, or name another folder/);
	expect(stderr).not.toMatch(/should not have/);
});

test('an interrupted download of another model is left alone', async () => {
	const other = await mkdtemp(join(tmpdir(), 'next-token-lens-cache-'));
	const id = 'test--gpt2@aaaaaaaaaaaa';
	await mkdir(join(other, 'downloads', id), {recursive: true});
	const record = {repo: 'test/gpt2', revision: 'old', commit: 'a'.repeat(40), address: hub.address, total: 9};
	await writeFile(
		join(other, 'downloads', id, 'job.json'),
		JSON.stringify({id, ...record, state: {phase: 'fetching'}}),
	);
	hub.put('test/second', {files: makeCheckpoint({layers: 1, width: 32, vocabSize: 300})});
	hub.seen.length = 0;
	const {code, stderr} = await cli(['--model', 'test/second'], {NEXT_TOKEN_LENS_CACHE: other});
	expect(code).toBe(0);
	expect(stderr).not.toMatch(/test\/gpt2/);
	expect(hub.seen.filter(({path}) => path.includes('test/gpt2'))).toEqual([]);
	expect(await readdir(join(other, 'downloads'))).toEqual([id]);
	await rm(other, {recursive: true});
});
