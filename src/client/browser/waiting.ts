import {type Changes, sessionArea} from './session-area.ts';

/**
 * Calls back when something may have come under a key of the session's storage, and when this page is seen again: a page that
 * cannot be seen leaves it to another. Returns a function that stops it.
 */
export function onWaiting(key: string, callback: () => void): () => void {
	const changed = (changes: Changes) => {
		if (changes[key]?.newValue !== undefined) callback();
	};
	const seen = () => document.visibilityState === 'visible' && callback();
	const {onChanged} = sessionArea();
	onChanged.addListener(changed);
	document.addEventListener('visibilitychange', seen);
	return () => {
		onChanged.removeListener(changed);
		document.removeEventListener('visibilitychange', seen);
	};
}
