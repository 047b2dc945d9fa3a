import {expect, test} from 'vitest';
import {createProgress, timeLeft} from '../../../../src/entrypoints/cli/progress.ts';

function shown(isTTY: boolean) {
	let text = '';
	const progress = createProgress({
		isTTY,
		write(more: string) {
			text += more;
		},
	});
	for (let done = 0; done <= 100; done++) progress.show('texts', done / 100, `${done} of 100`);
	progress.clear();
	return text;
}

test('in a terminal it is a bar that is drawn over itself and leaves nothing', () => {
	const drawn = shown(true).split('\r\x1b[K');
	expect(drawn).toHaveLength(103);
	expect(drawn[51]).toBe(`texts [${'#'.repeat(15)}${'.'.repeat(15)}] 50 of 100`);
	expect(drawn.at(-1)).toBe('');
});

test('elsewhere it is a line for every tenth', () => {
	const lines = shown(false).split('\n');
	expect(lines).toHaveLength(12);
	expect(lines.slice(0, 2)).toEqual(['texts: 0 of 100', 'texts: 10 of 100']);
});

test('the time that is left is in seconds, and in minutes where it is long', () => {
	expect([0.2, 99, 100, 3600].map(timeLeft)).toEqual([', 1 s left', ', 99 s left', ', 2 min left', ', 60 min left']);
});
