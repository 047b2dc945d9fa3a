/**
 * A thread of the kernels: their module once more, on the same memory. The one program for a browser's worker and for a
 * thread of Node, which runs it as it stands: hence JavaScript.
 */
const port = globalThis.process?.getBuiltinModule?.('node:worker_threads').parentPort ?? globalThis;

/** @param {import('./host.ts').ThreadSetup} setup */
function serve({module, memory, state, thread}) {
	const kernels = new WebAssembly.Instance(module, {env: {memory}}).exports;
	kernels.begin(state, thread);
	port.postMessage('begun');
	kernels.serve();
}

// Whoever waits for the lock learns of the thread's end, however it comes; in Node its `exit` tells.
port.onmessage = ({data}) =>
	globalThis.navigator?.locks ? navigator.locks.request(data.name, () => serve(data)) : serve(data);
