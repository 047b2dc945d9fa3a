import {expect, test} from 'vitest';
import {kernelBytes} from '../../../../scripts/kernels.ts';
import {kernelHost} from '../../../../src/entrypoints/cli/kernel-host.ts';
import {compute, StressedTeam, type StressJob} from '../../../helpers/stressed-team.ts';

/** `npm run stress` runs as many as 200,000. */
const JOBS = Number(process.env.STRESS_JOBS ?? 2000);

const STRESS = 'test/assembly/stress.ts';
const start = (threads: number, done?: bigint) =>
	StressedTeam.start(
		{...kernelHost(threads), compiled: async build => WebAssembly.compile(await kernelBytes(build, STRESS))},
		done,
	);

const PIECES = 24;
/** Jobs of different lengths, so that a thread that took one for another would be at another place in it. */
const jobOf = (seed: number): StressJob => ({
	seed,
	phases: 1 + (seed % 5),
	pieces: PIECES,
	perTurn: 1 + (seed % 3),
	delay: 500,
});

async function finishes(team: StressedTeam, jobs: readonly StressJob[]): Promise<void> {
	const expected = team.numbers(PIECES).slice();
	for (const job of jobs) {
		await team.run(job);
		compute(expected, job);
	}
	expect(team.numbers(PIECES).slice()).toEqual(expected);
}
const firstJobs = (n: number) => Array.from({length: n}, (_, i) => jobOf(i));

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
	'%i threads do every piece of every job once, and in its phase',
	async threads => {
		const team = await start(threads);
		await finishes(team, firstJobs(JOBS));
		team.team.dispose();
	},
	JOBS > 10_000 ? 3_600_000 : undefined,
);

test.each([
	['32 bits', 2n ** 32n],
	['62 bits', 2n ** 62n],
])('jobs are told apart where their number passes %s', async (_, number) => {
	const team = await start(3, number - 100n);
	await finishes(team, firstJobs(200));
	team.team.dispose();
});

test('a thread that holds a piece up for more than a second is waited for', async () => {
	const team = await start(3);
	await finishes(team, [jobOf(1), {...jobOf(4), misbehaves: {thread: 2, how: 'is late', phase: 2}}, ...firstJobs(50)]);
	team.team.dispose();
});

test('a thread that fails with a piece in hand is an error, at once and from then on', async () => {
	const team = await start(3);
	const job: StressJob = {...jobOf(4), misbehaves: {thread: 1, how: 'fails', phase: 3}};
	await expect(team.run(job)).rejects.toMatchObject({code: 'worker-lost', cause: {message: 'unreachable'}});
	await expect(team.run(jobOf(1))).rejects.toMatchObject({code: 'worker-lost'});
	team.team.dispose();
});

test('a thread that is ended from outside with a piece in hand is an error', async () => {
	const team = await start(2);
	const job: StressJob = {...jobOf(4), misbehaves: {thread: 1, how: 'hangs', phase: 0}};
	const failed = expect(team.run(job)).rejects.toMatchObject({code: 'worker-lost'});
	team.threads[0].terminate();
	await failed;
});

test('a thread that ends between two jobs is an error of the next', async () => {
	const team = await start(4);
	await team.run(jobOf(1));
	team.threads[2].terminate();
	await team.threads[2].ended;
	await expect(team.run(jobOf(2))).rejects.toMatchObject({code: 'worker-lost'});
	team.team.dispose();
});

test('a team that is disposed of ends its threads', async () => {
	const team = await start(4);
	await finishes(team, firstJobs(10));
	team.team.dispose();
	await Promise.all(team.threads.map(({ended}) => ended));
});
