import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import type {KernelHost, KernelThread} from './host.ts';

/** What the kernels' module exports (`assembly/index.ts`). */
interface Kernels {
	begin(state: number, thread: number): void;
	run(): number;
	resume(): number;
}

/** Seconds without any progress after which a thread is lost, even where the host has not noticed that it ended. */
const MOST_STALLS = 60;

/**
 * The kernels at work on a memory: the caller's own instance, and threads that take part in its jobs as they come. A thread
 * that ends before its time, killed or for want of memory, is noticed within seconds; jobs fail from then on.
 */
export class Team {
	readonly #kernels: Kernels;
	readonly #threads: readonly KernelThread[];
	#why: Error | null = null;
	#isLost = false;
	#isDisposed = false;

	private constructor(host: KernelHost, module: WebAssembly.Module, memory: WebAssembly.Memory, state: number) {
		this.#kernels = new WebAssembly.Instance(module, {env: {memory}}).exports as unknown as Kernels;
		this.#kernels.begin(state, 0);
		const team = crypto.randomUUID();
		const others = isShared(memory) ? host.threads - 1 : 0;
		this.#threads = Array.from({length: others}, (_, i) =>
			host.startThread({module, memory, state, thread: i + 1, name: `kernels:${team}:${i + 1}`}),
		);
		for (const {ended} of this.#threads) void ended.then(why => this.#lose(why));
	}

	/** Start the threads; jobs need not wait for them. @param state where the memory's state is, laid out for `host.threads`. */
	static async start(host: KernelHost, memory: WebAssembly.Memory, state: number): Promise<Team> {
		const module = await host.compiled(isShared(memory) ? 'shared' : 'single');
		return new Team(host, module, memory, state);
	}

	/** Run the job that is described in the memory. @throws EngineError `worker-lost`. */
	async run(): Promise<void> {
		this.#check();
		let stalled = this.#kernels.run();
		for (let i = 0; stalled; i++) {
			// That a thread has ended is heard between two tasks.
			await new Promise(resolve => setTimeout(resolve));
			if (i === MOST_STALLS) this.#lose(null);
			this.#check();
			stalled = this.#kernels.resume();
		}
	}

	/** End the threads. No job may be running. */
	dispose(): void {
		this.#isDisposed = true;
		for (const thread of this.#threads) thread.terminate();
	}

	#lose(why: Error | null): void {
		if (this.#isDisposed || this.#isLost) return;
		this.#isLost = true;
		this.#why = why;
	}

	#check(): void {
		if (this.#isLost) throw new EngineError('worker-lost', refuse('worker-stopped'), {cause: this.#why ?? undefined});
	}
}

const isShared = ({buffer}: WebAssembly.Memory) => !(buffer instanceof ArrayBuffer);
