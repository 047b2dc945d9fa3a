/**
 * Makes a fresh Debian with Node and npm ready to build, test and show the extension. Plain Node, since nothing is
 * installed yet when it runs. Everything it does is skipped when it was done before.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';

const NODE = [20, 19];

/** What a Debian machine needs, by the shell commands that succeed when it is there. */
const BROWSER = {checks: ['command -v chromium'], packages: ['chromium']};
const FIREFOX = {checks: ['command -v firefox-esr || command -v firefox'], packages: ['firefox-esr']};
const FONTS = {
	checks: [
		"fc-list ':lang=en' | grep -q .",
		"fc-list ':charset=1f642' | grep -q .",
		"fc-list ':lang=zh-cn' | grep -q .",
	],
	packages: ['fonts-dejavu-core', 'fonts-noto-color-emoji', 'fonts-noto-cjk'],
};
const DESKTOP = {
	checks: ['Xvfb', 'openbox', 'xdotool', 'import', 'xprop'].map(command => `command -v ${command}`),
	packages: ['xvfb', 'openbox', 'xdotool', 'imagemagick', 'x11-utils'],
};

const succeeds = check => spawnSync('sh', ['-c', check]).status === 0;
const isMissing = ({checks}) => !checks.every(succeeds);

/** Runs a command with its output shown; returns whether it succeeded. */
export const run = (command, args, options = {}) =>
	spawnSync(command, args, {stdio: 'inherit', ...options}).status === 0;

const readJson = path => JSON.parse(readFileSync(path, 'utf8'));

/** Whether node_modules holds what the lock names. Contents are compared, not dates: a checkout changes those. */
const packagesMatch = () => {
	if (!existsSync('node_modules/.package-lock.json')) return false;
	const wanted = readJson('package-lock.json').packages;
	const installed = readJson('node_modules/.package-lock.json').packages;
	return Object.entries(wanted).every(
		([path, {version, optional}]) => path === '' || optional || installed[path]?.version === version,
	);
};

const ensurePackages = () => {
	if (packagesMatch()) return;
	console.log('Installing the npm packages (npm ci) …');
	if (!run('npm', ['ci'])) throw new Error('npm ci failed; see above. Is the npm registry within reach?');
};

let listsAreFresh = false;
const installFromDebian = packages => {
	if (process.getuid?.() !== 0 || !succeeds('command -v apt-get')) return false;
	const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'};
	console.log(`Installing from Debian: ${packages.join(' ')} …`);
	if (!listsAreFresh) listsAreFresh = run('apt-get', ['update', '-qq'], {env});
	return run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
		env,
		stdio: ['ignore', 'ignore', 'inherit'],
	});
};

/** Installs a group when it is missing; returns whether it is there in the end. */
const ensure = group => {
	if (isMissing(group)) installFromDebian(group.packages);
	return !isMissing(group);
};

/** Installs Firefox for the tests that drive it, and says how long that took. Without it they are skipped. */
export const ensureFirefox = () => {
	if (process.env.FIREFOX || !isMissing(FIREFOX)) return;
	const start = Date.now();
	if (ensure(FIREFOX)) console.log(`Firefox is installed; that took ${Math.round((Date.now() - start) / 1000)} s.`);
	else
		console.warn(
			`No Firefox, so its tests are skipped. As root: apt-get install ${FIREFOX.packages.join(' ')}\n` +
				'Or set FIREFOX to the path of a Firefox that you have.',
		);
};

/**
 * Installs what is missing.
 * @returns {{desktop: boolean}} whether a virtual desktop can be had for real clicks
 */
export const bootstrap = () => {
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major < NODE[0] || (major === NODE[0] && minor < NODE[1])) {
		throw new Error(`Node ${process.versions.node} is too old: at least ${NODE.join('.')} is needed.`);
	}
	ensurePackages();
	if (!process.env.CHROMIUM && !ensure(BROWSER)) {
		throw new Error(
			`Chromium is missing and could not be installed here. As root: apt-get install ${BROWSER.packages.join(' ')}\n` +
				'Or set CHROMIUM to the path of a Chromium that you have.',
		);
	}
	// Without them pictures have boxes for letters; nothing else fails.
	ensure(FONTS);
	const desktop = ensure(DESKTOP);
	if (!desktop) {
		console.warn(
			`No virtual desktop, so nothing can be clicked for real. As root: apt-get install ${DESKTOP.packages.join(' ')}`,
		);
	}
	return {desktop};
};
