import {useLayoutEffect, useRef} from 'preact/hooks';

/** What is open over the page, the newest last. */
const open: (() => void)[] = [];

function onKey(event: KeyboardEvent) {
	const close = open.at(-1);
	if (event.key !== 'Escape' || !close) return;
	// Without this, Escape would close the whole popup.
	event.preventDefault();
	event.stopPropagation();
	close();
}

/** While something is open, Escape closes it, and nothing under it. @param close null while it is not open. */
export function useEscape(close: (() => void) | null): void {
	const latest = useRef(close);
	latest.current = close;
	const isOpen = close !== null;
	// At once: the next key may be Escape already.
	useLayoutEffect(() => {
		if (!isOpen) return;
		const entry = () => latest.current?.();
		open.push(entry);
		if (open.length === 1) document.addEventListener('keydown', onKey, true);
		return () => {
			open.splice(open.indexOf(entry), 1);
			if (open.length === 0) document.removeEventListener('keydown', onKey, true);
		};
	}, [isOpen]);
}

/**
 * While something is open, a press elsewhere closes it.
 * @param close null while it is not open.
 * @param isOurs whether a press on this node leaves it open.
 */
export function usePressElsewhere(close: (() => void) | null, isOurs: (node: Node) => boolean): void {
	const latest = useRef({close, isOurs});
	latest.current = {close, isOurs};
	const isOpen = close !== null;
	useLayoutEffect(() => {
		if (!isOpen) return;
		const onPress = ({target}: Event) => {
			if (!latest.current.isOurs(target as Node)) latest.current.close?.();
		};
		document.addEventListener('pointerdown', onPress, true);
		return () => document.removeEventListener('pointerdown', onPress, true);
	}, [isOpen]);
}
