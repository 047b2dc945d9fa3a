import * as v from 'valibot';
import {ENGINE_PORT, type FromEngine, firstIssue, PASSAGE_PORT, ToEngine} from '../protocol/engine.ts';
import type {WorkerHost} from './worker-host.ts';

let opened = 0;

/** Whether a port is one that we serve, from a page that may ask. */
export function mayAsk({name, sender}: chrome.runtime.Port): boolean {
	if (sender?.id !== chrome.runtime.id) return false;
	if (name === PASSAGE_PORT) return true;
	// A content script's sender is the page it runs in, and a page's process is not ours.
	return name === ENGINE_PORT && (sender.url ?? '').startsWith(chrome.runtime.getURL(''));
}

/**
 * Serve one port: requests are checked and handed to the worker under a key of this port, so that no port sees another's
 * answers; a closed port cancels what it asked for.
 */
export function servePort(port: chrome.runtime.Port, host: WorkerHost, onActivity: () => void): void {
	const portKey = `${++opened}:`;
	const asked = new Set<number>();
	const send = (message: FromEngine) => {
		try {
			port.postMessage(message);
		} catch (error) {
			// The port closed in this moment, and its disconnection is on its way; or the message is more than it can carry.
			if (message.type === 'answer') send({type: 'error', id: message.id, code: 'internal', message: String(error)});
		}
	};

	port.onMessage.addListener((raw: unknown) => {
		onActivity();
		const message = v.safeParse(ToEngine, raw);
		if (!message.success) {
			const id = v.safeParse(v.object({id: v.pipe(v.number(), v.integer(), v.minValue(0))}), raw);
			if (id.success) send({type: 'error', id: id.output.id, code: 'bad-request', message: firstIssue(message.issues)});
			return;
		}

		const {type, id} = message.output;
		if (type === 'cancel') return host.cancel(portKey + id);
		const {method, params} = message.output;
		if (asked.has(id))
			return send({type: 'error', id, code: 'bad-request', message: `A request with the id ${id} is already running.`});
		if (port.name === PASSAGE_PORT && method !== 'score') {
			return send({
				type: 'error',
				id,
				code: 'bad-request',
				message: `A page may ask to score a passage, not for ${method}.`,
			});
		}

		asked.add(id);
		host.request(portKey + id, method, params, ({key: _key, ...reply}) => {
			if (reply.type !== 'event') asked.delete(id);
			send({...reply, id});
			onActivity();
		});
	});

	port.onDisconnect.addListener(() => {
		void chrome.runtime.lastError;
		for (const id of asked) host.cancel(portKey + id);
		onActivity();
	});
}
