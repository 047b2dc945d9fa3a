import {IdleTimer} from './idle.ts';
import {PortServer, refusalOf, refusePort} from './ports.ts';
import {WorkerHost} from './worker-host.ts';

/** How long the model stays in memory after the last question. */
const IDLE_MINUTES = 5;

interface Lifecycle {
	/** Somebody asks something, or takes a question back. */
	onActive?(): void;
	/** Nobody has asked for a while. */
	onIdle(host: WorkerHost): void;
}

/** Answer every port of the extension with a worker of this document, which is started when it is first asked. */
export function serveEngine({onActive, onIdle}: Lifecycle): void {
	const host = new WorkerHost(name => new Worker(new URL('./worker.ts', import.meta.url), {type: 'module', name}));
	const idle = new IdleTimer(
		IDLE_MINUTES * 60_000,
		() => host.busy,
		() => onIdle(host),
	);
	const server = new PortServer(host, () => {
		idle.touch();
		onActive?.();
	});
	chrome.runtime.onConnect.addListener(port => {
		const refusal = refusalOf(port);
		if (refusal === null) server.serve(port);
		else refusePort(port, refusal);
	});
}
