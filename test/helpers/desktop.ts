import {execFile, spawn} from 'node:child_process';
import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import {promisify} from 'node:util';
import {waitFor} from './wait.ts';

const run = promisify(execFile);

/** A screen of its own: a virtual X server, a window manager, and hands to use mouse and keyboard with. */
export interface Desktop {
	/** Value for the environment variable DISPLAY: `:99`. */
	display: string;
	/** Real input, as xdotool writes it: `move 10 20`, `key Return`. */
	xdotool(...args: string[]): Promise<string>;
	/** The windows on the screen; every open menu is one. */
	windows(): Promise<string[]>;
	/** A picture of everything on the screen, as PNG. */
	screenshot(path: string): Promise<void>;
	/** How bright a point of the screen is, 0 to 255: a question of the browser's own darkens the page under it. */
	brightness(x: number, y: number): Promise<number>;
	dispose(): Promise<void>;
}

const NEEDED = ['Xvfb', 'openbox', 'xdotool', 'xprop', 'import'];

/** The programs a desktop needs that this machine lacks. */
export const missingForDesktop = async (): Promise<string[]> => {
	const found = await Promise.all(
		NEEDED.map(program =>
			run('which', [program]).then(
				() => true,
				() => false,
			),
		),
	);
	return NEEDED.filter((_, index) => !found[index]);
};

/** Starts a screen. Throws when one of its programs is missing. */
export const startDesktop = async ({width = 1280, height = 900} = {}): Promise<Desktop> => {
	const missing = await missingForDesktop();
	if (missing.length > 0) throw new Error(`A virtual screen needs ${missing.join(', ')}.`);

	// The server picks a free number itself and writes it to the file descriptor.
	const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp'], {
		stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
	});
	const display = await new Promise<string>((resolve, reject) => {
		let text = '';
		server.once('error', reject);
		server.once('exit', code => reject(new Error(`Xvfb stopped with code ${code}.`)));
		server.stdio[3]!.on('data', (data: Buffer) => {
			text += data.toString();
			if (text.includes('\n')) resolve(`:${text.trim()}`);
		});
	});
	const env = {...process.env, DISPLAY: display};
	const startManager = () => spawn('openbox', ['--sm-disable'], {env, stdio: 'ignore'});
	let manager = startManager();
	const xdotool = async (...args: string[]) => (await run('xdotool', args, {env})).stdout.trim();
	const isManaged = async () => {
		const {stdout} = await run('xprop', ['-root', '_NET_SUPPORTING_WM_CHECK'], {env});
		// A manager that came before the server was quite ready has given up.
		if (manager.exitCode !== null) manager = startManager();
		return stdout.includes('window id');
	};
	const stop = () => {
		manager.kill();
		server.kill();
	};
	// A run that crashes leaves no screen behind.
	process.once('exit', stop);
	await waitFor('the window manager', isManaged);
	return {
		display,
		xdotool,
		async windows() {
			// A window that closes during the search makes it fail.
			const found = () => xdotool('search', '--onlyvisible', '--maxdepth', '1', '.*').catch(() => '');
			return (await waitFor('the windows', found)).split('\n');
		},
		async screenshot(path) {
			await mkdir(dirname(path), {recursive: true});
			await run('import', ['-window', 'root', path], {env});
		},
		async brightness(x, y) {
			const args = ['-window', 'root', '-crop', `1x1+${x}+${y}`, '-depth', '8', 'gray:-'];
			const {stdout} = await run('import', args, {env, encoding: 'buffer'});
			return stdout[0];
		},
		async dispose() {
			process.off('exit', stop);
			stop();
			await new Promise(resolve => (server.exitCode === null ? server.once('exit', resolve) : resolve(undefined)));
		},
	};
};
