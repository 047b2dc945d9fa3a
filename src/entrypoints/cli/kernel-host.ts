import {availableParallelism} from 'node:os';
import {Worker} from 'node:worker_threads';
import {kernelBytes} from '../../../scripts/kernels.ts';
import {
	compiledOnce,
	type KernelHost,
	type KernelThread,
	type ThreadSetup,
	threadsFor,
} from '../../engine/kernels/host.ts';

/** Kernels and their threads in Node; they are compiled from their source when that has changed. */

const compiled = compiledOnce(async build => WebAssembly.compile(await kernelBytes(build)));

function startThread(setup: ThreadSetup): KernelThread {
	const worker = new Worker(new URL('../../engine/kernels/thread.mjs', import.meta.url), {name: setup.name});
	// A thread that waits for a job must not keep the process.
	worker.unref();
	const ended = new Promise<Error | null>(resolve => {
		worker.once('error', resolve);
		worker.once('exit', () => resolve(null));
	});
	worker.postMessage(setup);
	return {ended, terminate: () => void worker.terminate()};
}

/** @param threads more than there are cores only makes them wait for each other. */
export const kernelHost = (threads = threadsFor(availableParallelism())): KernelHost => ({
	threads,
	compiled,
	startThread,
});
