/** Resolves in a new task: messages that have arrived are handled first. A timer would be clamped to 4 ms. */
export function nextTask(): Promise<void> {
	if (typeof setImmediate === 'function') return new Promise(resolve => setImmediate(resolve));
	return new Promise(resolve => {
		const {port1, port2} = new MessageChannel();
		port1.onmessage = () => {
			port1.close();
			resolve();
		};
		port2.postMessage(null);
	});
}
