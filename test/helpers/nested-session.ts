import type {CDPSession} from 'playwright-core';

type Listener = (method: string, params: Record<string, unknown>) => void;

/** What of a debugging session is used here. */
interface Session {
	send(method: string, params?: object): Promise<unknown>;
	onEvent(listener: Listener): void;
}

/** A session over another one, for targets that Playwright has no object for. */
const over = (outer: Session, sessionId: string): Session => {
	const waiting = new Map<number, (result: unknown) => void>();
	const listeners: Listener[] = [];
	let lastId = 0;
	outer.onEvent((method, params) => {
		if (method !== 'Target.receivedMessageFromTarget' || params.sessionId !== sessionId) return;
		const message = JSON.parse(params.message as string);
		if (message.id === undefined) for (const listener of listeners) listener(message.method, message.params);
		else waiting.get(message.id)?.(message.result);
	});
	return {
		async send(method, params = {}) {
			const id = ++lastId;
			const result = new Promise(resolve => waiting.set(id, resolve));
			await outer.send('Target.sendMessageToTarget', {sessionId, message: JSON.stringify({id, method, params})});
			return result;
		},
		onEvent: listener => void listeners.push(listener),
	};
};

const browserSession = (browser: CDPSession): Session => ({
	send: (method, params) => browser.send(method as 'Target.sendMessageToTarget', params as never),
	onEvent: listener =>
		void browser.on('Target.receivedMessageFromTarget', params =>
			listener('Target.receivedMessageFromTarget', params as unknown as Record<string, unknown>),
		),
});

/** Evaluates an expression in a target that Playwright has no object for; the value comes back as JSON. */
export const evaluateInTarget = async <T>(browser: CDPSession, targetId: string, expression: string): Promise<T> => {
	const {sessionId} = await browser.send('Target.attachToTarget', {targetId, flatten: false});
	const details = {expression, awaitPromise: true, returnByValue: true, userGesture: true};
	const answer = await over(browserSession(browser), sessionId).send('Runtime.evaluate', details);
	await browser.send('Target.detachFromTarget', {sessionId});
	return (answer as {result: {value: T}}).result.value;
};

/** Runs an expression in a worker of the offscreen document, known by its script, which only the document's own session leads to. */
export const evaluateInWorkerOf = async (
	browser: CDPSession,
	targetId: string,
	script: RegExp,
	expression: string,
): Promise<void> => {
	const {sessionId} = await browser.send('Target.attachToTarget', {targetId, flatten: false});
	const document = over(browserSession(browser), sessionId);
	const worker = new Promise<Session>(resolve => {
		document.onEvent((method, params) => {
			if (method !== 'Target.attachedToTarget') return;
			const {type, url} = params.targetInfo as {type: string; url: string};
			if (type === 'worker' && script.test(url)) resolve(over(document, params.sessionId as string));
		});
	});
	await document.send('Target.setAutoAttach', {autoAttach: true, waitForDebuggerOnStart: false, flatten: false});
	await (await worker).send('Runtime.evaluate', {expression});
};
