/** What the kernels ask of the place they run in: a browser's worker or Node. The engine itself fetches and starts nothing. */

/**
 * The same source, compiled for memory that threads share, or for the memory of one thread: without atomics, for one
 * thread and for places that have no `SharedArrayBuffer`.
 */
export type KernelBuild = 'shared' | 'single';

/** What a thread is told when it begins (`thread.mjs`). */
export interface ThreadSetup {
	module: WebAssembly.Module;
	memory: WebAssembly.Memory;
	/** Where the kernels' state is in the memory. */
	state: number;
	/** Its number; the caller's thread is 0. */
	thread: number;
	/** A name that no other thread has. It holds the Web Lock of this name while it lives, where there are such locks. */
	name: string;
}

/** A thread that has been started. */
export interface KernelThread {
	/** Resolves when it has ended, or could not begin, however that came; to the reason where there is one. */
	readonly ended: Promise<Error | null>;
	/** End it; no job may be running. */
	terminate(): void;
}

/** Injected into `openModel`. */
export interface KernelHost {
	/** How many threads compute, the caller's among them. More than one needs `SharedArrayBuffer`. */
	readonly threads: number;
	/** The kernels' module; compiled once. */
	compiled(build: KernelBuild): Promise<WebAssembly.Module>;
	startThread(setup: ThreadSetup): KernelThread;
}

/** How many threads pay off on so many cores. */
export const threadsFor = (cores: number): number => Math.max(1, Math.min(8, cores));

/** What runs with so many threads. */
export const buildFor = ({threads}: Pick<KernelHost, 'threads'>): KernelBuild => (threads > 1 ? 'shared' : 'single');

/** Compiles each build once; where that fails, the next one who asks tries again. */
export function compiledOnce(
	compile: (build: KernelBuild) => Promise<WebAssembly.Module>,
): (build: KernelBuild) => Promise<WebAssembly.Module> {
	const modules = new Map<KernelBuild, Promise<WebAssembly.Module>>();
	return build => {
		const known = modules.get(build);
		if (known) return known;
		const compiling = compile(build);
		modules.set(build, compiling);
		compiling.catch(() => modules.delete(build));
		return compiling;
	};
}
