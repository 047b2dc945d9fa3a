import {
	compiledOnce,
	type KernelBuild,
	type KernelHost,
	type KernelThread,
	type ThreadSetup,
	threadsFor,
} from '../../engine/kernels/host.ts';

/** Kernels and their threads in a worker of the extension. */

const compiled = compiledOnce(fetchModule);

async function fetchModule(build: KernelBuild): Promise<WebAssembly.Module> {
	const response = await fetch(new URL(`/kernels/${build}.wasm`, self.location.origin));
	if (!response.ok) throw new Error(`kernels/${build}.wasm: ${response.status} ${response.statusText}`);
	return WebAssembly.compile(await response.arrayBuffer());
}

function startThread(setup: ThreadSetup): KernelThread {
	const worker = new Worker(new URL('../../engine/kernels/thread.mjs', import.meta.url), {
		type: 'module',
		name: setup.name,
	});
	const failed = new Promise<Error>(resolve => {
		worker.onerror = event => {
			event.preventDefault();
			resolve(new Error(event.message || 'A thread of the kernels did not start.'));
		};
	});
	// It holds its lock by now, until it ends; a worker that is killed says nothing itself.
	const gone = new Promise<null>(resolve => {
		worker.onmessage = () => void navigator.locks.request(setup.name, () => resolve(null));
	});
	worker.postMessage(setup);
	return {ended: Promise.race([failed, gone]), terminate: () => worker.terminate()};
}

/** Every core up to eight where the document is cross-origin isolated; one thread elsewhere, as in Firefox. */
export const kernelHost = (): KernelHost => ({
	threads: self.crossOriginIsolated ? threadsFor(navigator.hardwareConcurrency) : 1,
	compiled,
	startThread,
});
