import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {privateFolder} from '../../../../src/service/library/opfs.ts';

/** The browser's private file system with one folder, `models`, whose entries are removed as the test says. */
function privateFiles(removeEntry: (name: string) => Promise<void>) {
	const models = {removeEntry};
	const root = {getDirectoryHandle: async () => models};
	vi.stubGlobal('navigator', {storage: {getDirectory: async () => root}});
}
const inUse = () => new DOMException('Modifications are not allowed.', 'NoModificationAllowedError');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

test('a model of which another worker is just reading a file is removed when it has been read', async () => {
	const removeEntry = vi
		.fn(async () => {})
		.mockRejectedValueOnce(inUse())
		.mockRejectedValueOnce(inUse());
	privateFiles(removeEntry);
	const removed = privateFolder().remove('models/gpt2');
	await vi.runAllTimersAsync();
	await removed;
	expect(removeEntry).toHaveBeenCalledTimes(3);
});

test('one that stays in use is not waited for without end', async () => {
	privateFiles(() => Promise.reject(inUse()));
	const removed = expect(privateFolder().remove('models/gpt2')).rejects.toThrow('Modifications are not allowed.');
	await vi.runAllTimersAsync();
	await removed;
});
