import {expect, test, vi} from 'vitest';
import {DueDownloads} from '../../../../src/service/host/due-downloads.ts';

const open = () => {
	const [wake, show] = [vi.fn(), vi.fn()];
	return {wake, show, due: new DueDownloads(wake, show)};
};

test('a worker that dies while a download is due is started again; without one it is not', () => {
	const {due, wake} = open();
	due.lost();
	expect(wake).not.toHaveBeenCalled();
	due.progress(0.2);
	due.lost();
	expect(wake).toHaveBeenCalledOnce();
	due.progress(null);
	due.lost();
	expect(wake).toHaveBeenCalledOnce();
});

test('one that dies again and again at the same place is left alone, and no badge stands still', () => {
	const {due, wake, show} = open();
	due.progress(0.2);
	for (let i = 0; i < 10; i++) {
		due.lost();
		if (due.are) due.progress(0.2);
	}
	expect(wake).toHaveBeenCalledTimes(3);
	expect(due.are).toBe(false);
	expect(show).toHaveBeenLastCalledWith(null);
});

test('one that comes further each time is started each time', () => {
	const {due, wake} = open();
	for (let i = 1; i < 10; i++) {
		due.progress(i / 10);
		due.lost();
	}
	expect(wake).toHaveBeenCalledTimes(9);
});
