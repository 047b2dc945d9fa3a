import {closest, viewOf} from '../../../../client/page/dom.ts';

type Listened = 'pointermove' | 'pointerout' | 'click' | 'keydown' | 'scroll' | 'resize';

type Listeners = {[K in Listened]: (event: WindowEventMap[K]) => void} & {
	/** Whether the extension that put this script here is still there. */
	isAlive(): boolean;
	/** Called instead of a listener when it is not. */
	dead(): void;
};

/** Listen to a person's input in a document, before the page's own listeners can stop an event. */
export function listen(document: Document, signal: AbortSignal, {isAlive, dead, ...listeners}: Listeners) {
	const on = <K extends Listened>(type: K) => {
		const listener = listeners[type] as (event: WindowEventMap[K]) => void;
		const heard = (event: WindowEventMap[K]) => {
			if (!isAlive()) dead();
			// An event that a script of the page made is no input of a person.
			else if (event.isTrusted) listener(event);
		};
		viewOf(document)?.addEventListener(type, heard, {capture: true, passive: true, signal});
	};
	for (const type of Object.keys(listeners) as Listened[]) on(type);
}

/** Whether a click does something on the page already. */
export function isOperable(event: MouseEvent) {
	const [target] = event.composedPath();
	const operable = 'a[href], button, input, select, textarea, label, summary, [contenteditable], [role=button]';
	return target instanceof Element && closest(target, operable) !== null;
}
