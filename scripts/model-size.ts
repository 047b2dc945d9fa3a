/**
 * A checkpoint of a model's true size (random weights) on its whole way through a real Chromium: downloaded from a Hub on
 * this machine, quantised, kept, opened after a restart, and asked for a continuation. Prints times and the peak memory of
 * the extension's largest process, which is the engine's document with its two workers: `npm run model-size -- --size small|medium|large|xl`, or a name of
 * `test/helpers/true-shapes.ts`, such as `qwen3-0.6b`.
 */
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {parseArgs} from 'node:util';
import {type CheckpointFiles, makeCheckpoint} from '../test/helpers/checkpoint.ts';
import {type ExtensionBrowser, launchExtension} from '../test/helpers/extension.ts';
import {answersNow, extensionForHub, setHub, startDownload} from '../test/helpers/hub-extension.ts';
import {serveHub} from '../test/helpers/hub-server.ts';
import {finishedContinuations, openView, shownClasses} from '../test/helpers/popup.ts';
import {storeGeneration} from '../test/helpers/settings.ts';
import {TRUE_SHAPES, trueCheckpoint} from '../test/helpers/true-shapes.ts';
import {waitFor} from '../test/helpers/wait.ts';

const gpt2 =
	(layers: number, heads: number, width: number, shards = 1) =>
	() =>
		makeCheckpoint({layers, heads, width, contextLength: 1024, vocabSize: 50_257, masks: 'U8', shards});

/** Checkpoints of the true shapes of GPT-2s, and of others from the catalogue. */
const CHECKPOINTS: Record<string, () => CheckpointFiles> = {
	small: gpt2(12, 12, 768),
	medium: gpt2(24, 16, 1024),
	large: gpt2(36, 20, 1280),
	// In two files, since an array here holds 4 GB at most.
	xl: gpt2(48, 25, 1600, 2),
	...Object.fromEntries(TRUE_SHAPES.map(name => [name, () => trueCheckpoint(name)])),
};
const MINUTES = 60_000;

const {values} = parseArgs({options: {size: {type: 'string', default: 'small'}}});
const {size} = values;
if (!Object.hasOwn(CHECKPOINTS, size)) {
	console.error(`--size must be ${Object.keys(CHECKPOINTS).join(', ')}, but is ${values.size}.`);
	process.exit(1);
}

/** The renderers of a browser with this profile: the engine's document has one of its own. */
async function renderers(profile: string): Promise<string[]> {
	const found: string[] = [];
	for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
		const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
		if (command.includes('--type=renderer') && command.includes(profile)) found.push(pid);
	}
	return found;
}

/** Peak memory of the largest of them since the last call, in bytes; and how much of it is Chromium's own program, at the end. */
async function peak(profile: string): Promise<{bytes: number; program: number}> {
	let most = {bytes: 0, program: 0};
	for (const pid of await renderers(profile)) {
		const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
		const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
		if (field('VmHWM') > most.bytes) most = {bytes: field('VmHWM'), program: field('RssFile')};
		await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => {});
	}
	return most;
}

const clock = () => {
	const start = performance.now();
	return () => Math.round(performance.now() - start) / 1000;
};

const hub = await serveHub();
const extension = await extensionForHub();
let browser: ExtensionBrowser | undefined;
const result: Record<string, number | string> = {size};
try {
	const files = CHECKPOINTS[size]();
	result.downloadBytes = Object.values(files).reduce((sum, {length}) => sum + length, 0);
	hub.put('test/model', {files});

	const launch = () => launchExtension({dist: extension.dist, profile: extension.profile});
	browser = await launch();
	await storeGeneration(await browser.serviceWorker(), {maxNewTokens: 20, numReturnSequences: 1, doSample: false});
	const models = await browser.context.newPage();
	models.setDefaultTimeout(5 * MINUTES);
	await models.goto(browser.url('src/entrypoints/models/index.html'));
	await setHub(models, hub.address);
	result.peakBefore = (await peak(extension.profile)).bytes;
	const downloading = clock();
	await startDownload(models, 'test/model');
	const radio = models.getByRole('radio', {name: /test\/model/});
	await radio.waitFor();
	result.downloadSeconds = downloading();
	result.peakDownload = (await peak(extension.profile)).bytes;
	await radio.check();
	await answersNow(models, 'test/model');
	await browser.dispose();

	browser = await launch();
	const opening = clock();
	const popup = await browser.openPopupPage();
	popup.setDefaultTimeout(5 * MINUTES);
	await shownClasses(popup);
	result.firstClassesSeconds = opening();
	const answering = (await popup.locator('.model-pill').textContent()) ?? '';
	if (!answering.includes('test/model')) throw new Error(`${answering} answered in its place.`);
	result.peakOpening = (await peak(extension.profile)).bytes;
	const generating = clock();
	await openView(popup, 'Continuations');
	await waitFor('a continuation', async () => (await finishedContinuations(popup)).length > 0, {timeout: 5 * MINUTES});
	result.continuationSeconds = generating();
	const last = await peak(extension.profile);
	result.peakGenerating = last.bytes;
	result.program = last.program;
	result.stored = (await popup.evaluate(async () => (await navigator.storage.estimate()).usage)) ?? 0;
} finally {
	await browser?.dispose();
	await hub.dispose();
	await extension.dispose();
}

const megabytes = (bytes: number | string) => `${(Number(bytes) / 1e6).toFixed(0)} MB`;
await mkdir('out', {recursive: true});
await writeFile(`out/model-size-${size}.json`, `${JSON.stringify(result, null, '\t')}\n`);
console.log(`${size}, ${megabytes(result.downloadBytes)} from this machine, ${megabytes(result.stored)} kept:
  download and quantise      ${result.downloadSeconds} s, peak memory ${megabytes(result.peakDownload)} (before it ${megabytes(result.peakBefore)})
  first classes, new browser ${result.firstClassesSeconds} s, peak memory ${megabytes(result.peakOpening)}
  20 tokens, greedy          ${result.continuationSeconds} s, peak memory ${megabytes(result.peakGenerating)}
  ${megabytes(result.program)} of each peak are Chromium's own program, which all of its processes share
Written to out/model-size-${size}.json.`);
