import type {ToBackground} from '../protocol/messages.ts';
import {IdleTimer} from './idle.ts';
import {mayAsk, servePort} from './ports.ts';
import {WorkerHost} from './worker-host.ts';

/** The engine's document: owns the worker, serves ports, and asks to be closed when nobody has asked for a while. */

const IDLE_MINUTES = 5;

const host = new WorkerHost(name => new Worker(new URL('./worker.ts', import.meta.url), {type: 'module', name}));
const idle = new IdleTimer(
	IDLE_MINUTES * 60_000,
	() => host.busy,
	() => {
		// Closed in this moment, the document gets no answer.
		chrome.runtime.sendMessage({type: 'engine.idle'} satisfies ToBackground).catch(() => {});
	},
);

chrome.runtime.onConnect.addListener(port => {
	if (mayAsk(port)) servePort(port, host, () => idle.touch());
});
