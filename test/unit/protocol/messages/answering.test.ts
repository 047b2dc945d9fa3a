import {expect, test} from 'vitest';
import {whenUnasked, whileAnswering} from '../../../../src/protocol/messages/answering.ts';

/** Locks as the Web Locks API grants them: in the order they were asked for, shared ones together. */
function fakeLocks() {
	const waiting: {shared: boolean; run(): Promise<void>}[] = [];
	let held: {shared: boolean; count: number} | null = null;
	const grant = () => {
		for (let next = waiting[0]; next && (!held || (held.shared && next.shared)); next = waiting[0]) {
			waiting.shift();
			held = {shared: next.shared, count: (held?.count ?? 0) + 1};
			void next.run().then(() => {
				held = held!.count > 1 ? {...held!, count: held!.count - 1} : null;
				grant();
			});
		}
	};
	return {
		request(_name: string, ...rest: unknown[]) {
			const work = rest.at(-1) as () => unknown;
			const shared = rest.length > 1 && (rest[0] as LockOptions).mode === 'shared';
			return new Promise((resolve, reject) => {
				waiting.push({shared, run: async () => Promise.resolve(work()).then(resolve, reject)});
				grant();
			});
		},
	} as unknown as LockManager;
}

const settle = async () => {
	for (let i = 0; i < 20; i++) await null;
};

test('what has time waits while a question is answered, and questions wait for nothing', async () => {
	const locks = fakeLocks();
	let end = (_answer: string) => {};
	const first = whileAnswering(locks, () => new Promise<string>(resolve => (end = resolve)));
	let went = false;
	const turn = whenUnasked(locks).then(() => {
		went = true;
	});
	await settle();
	expect(went).toBe(false);
	expect(await whileAnswering(locks, async () => 'second')).toBe('second');
	expect(went).toBe(false);
	end('first');
	expect(await first).toBe('first');
	await turn;
	expect(went).toBe(true);
});

test('a question that fails lets go as well', async () => {
	const locks = fakeLocks();
	const failing = whileAnswering(locks, () => Promise.reject(new Error('no')));
	await expect(failing).rejects.toThrow('no');
	await whenUnasked(locks);
});
