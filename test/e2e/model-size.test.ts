import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {promisify} from 'node:util';
import {expect, test} from 'vitest';

/** GPT-2 small's token embedding in float32, its largest tensor: 50,257 x 768 values. */
const LARGEST_TENSOR_BYTES = 50_257 * 768 * 4;

test('a checkpoint of GPT-2 small’s size goes from a Hub into the browser, and answers after a restart', async () => {
	const {stdout} = await promisify(execFile)('npx', ['tsx', 'scripts/model-size.ts', '--size', 'small']);
	console.log(stdout);
	const measured = JSON.parse(await readFile('out/model-size-small.json', 'utf8')) as Record<string, number>;
	// A byte for each of its 124 million weights, and the scales.
	expect(measured.stored / 1e6).toBeGreaterThan(124);
	expect(measured.stored / 1e6).toBeLessThan(135);
	// The weights once; the rest is Chromium's own program, the page, the tokenizer, and the pieces of the file on their way.
	expect(measured.peakOpening - measured.stored).toBeLessThan(350e6);
	expect(measured.peakDownload - measured.peakBefore).toBeLessThan(3 * LARGEST_TENSOR_BYTES);
}, 300_000);
