import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {startVitest} from 'vitest/node';
import SecondTries from '../../../scripts/second-tries.ts';

test('what passed only when it was tried again is named, and nothing else is', async () => {
	mkdirSync('out', {recursive: true});
	const folder = mkdtempSync(join('out', 'second-tries-'));
	writeFileSync(
		join(folder, 'shaky.test.ts'),
		`import {expect, test} from 'vitest';
		let tries = 0;
		test('a click that was taken', () => expect(++tries).toBe(2));
		test('steady', () => {});
		test('broken', () => expect(1).toBe(2));`,
	);
	const said: string[] = [];
	try {
		const reporter = new SecondTries({print: text => void said.push(text)});
		const options = {root: folder, config: false as const, retry: 1, watch: false, reporters: [reporter]};
		const vitest = await startVitest('test', [], options);
		await vitest.close();
	} finally {
		rmSync(folder, {recursive: true});
		process.exitCode = 0;
	}
	expect(said.join('')).toMatch(/Passed when tried again:\n {2}\S+shaky\.test\.ts: a click that was taken$/);
});
