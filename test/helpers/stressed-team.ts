import {TEAM_JOB, TEAM_NUMBER} from '../../src/engine/kernels/assembly/layout.ts';
import type {KernelHost, KernelThread} from '../../src/engine/kernels/host.ts';
import {Team} from '../../src/engine/kernels/team.ts';
import {nextTask} from '../../src/engine/model/next-task.ts';

/** A team of the kernels' threads with jobs that tell by their numbers whether every piece was done once, and in time. */

const STATE = 1024;
const TEAM = 2048;
const TAKEN = 4096;
const MISBEHAVED = 5120;
const ROWS = 8192;

export interface StressJob {
	seed: number;
	phases: number;
	pieces: number;
	perTurn: number;
	/** A thread that has a piece in hand fails, hangs for ever, or is late by far. */
	misbehaves?: {thread: number; how: 'fails' | 'hangs' | 'is late'; phase: number};
	/** How long a thread loiters at most, at random, before each piece. */
	delay?: number;
}

const HOW = ['', 'fails', 'hangs', 'is late'];

export class StressedTeam {
	private constructor(
		readonly memory: WebAssembly.Memory,
		readonly team: Team,
		/** The threads beside the caller's. */
		readonly threads: readonly KernelThread[],
	) {}

	/**
	 * @param host compiles test/assembly/stress.ts in place of the kernels.
	 * @param done how many jobs the team is to believe it has done.
	 */
	static async start(host: KernelHost, done = 0n): Promise<StressedTeam> {
		const started: KernelThread[] = [];
		const observed: KernelHost = {
			...host,
			startThread(setup) {
				const thread = host.startThread(setup);
				started.push(thread);
				return thread;
			},
		};
		const memory = new WebAssembly.Memory({initial: 2, maximum: 65536, shared: host.threads > 1});
		new Uint32Array(memory.buffer, STATE, 4).set([TEAM, ROWS, TAKEN, MISBEHAVED]);
		new BigUint64Array(memory.buffer, TEAM + TEAM_NUMBER, 1)[0] = 2n * done;
		const team = new StressedTeam(memory, await Team.start(observed, memory, STATE), started);
		// A thread begins a little later.
		while (team.taken.includes(0)) {
			await team.run({seed: 0, phases: 1, pieces: 500, perTurn: 1, delay: 1000});
			// One that could not begin is heard of between two tasks.
			await nextTask();
		}

		return team;
	}

	/** How many pieces each thread has taken. */
	get taken(): Uint32Array {
		return new Uint32Array(this.memory.buffer, TAKEN, 1 + this.threads.length);
	}

	async run({seed, phases, pieces, perTurn, misbehaves, delay = 0}: StressJob): Promise<void> {
		const wrong = misbehaves ? [misbehaves.thread, HOW.indexOf(misbehaves.how), misbehaves.phase] : [0, 0, 0];
		new Uint32Array(this.memory.buffer, TEAM + TEAM_JOB, 8).set([seed, phases, pieces, perTurn, ...wrong, delay]);
		new Uint32Array(this.memory.buffer, MISBEHAVED, 1)[0] = 0;
		await this.team.run();
	}

	/** Both rows of numbers. */
	numbers(pieces: number): Uint32Array {
		return new Uint32Array(this.memory.buffer, ROWS, 2 * pieces);
	}
}

/** What a job makes of two rows of numbers, in the plainest way. */
export function compute(rows: Uint32Array, {seed, phases, pieces}: StressJob): void {
	for (let phase = 0; phase < phases; phase++) {
		const [from, to] = phase % 2 === 1 ? [pieces, 0] : [0, pieces];
		for (let i = 0; i < pieces; i++) {
			const other = rows[from + ((i * 7 + 1) % pieces)];
			const mixed = Math.imul(rows[from + i] ^ (other >>> 3), 2654435761);
			rows[to + i] = Math.imul(rows[to + i], 31) + mixed + seed + phase;
		}
	}
}
