import type {ComponentChildren} from 'preact';
import {useId, useLayoutEffect, useRef} from 'preact/hooks';
import {useEscape} from '../escape.ts';
import './dialog.css';

interface Props {
	title: string;
	/** The name of the button that closes it. */
	done: string;
	class?: string;
	onClose(): void;
	children: ComponentChildren;
}

/** Something to read or set over the rest of the page, with its title and the button that closes it. Escape closes it too. */
export function Dialog({title, done, class: className, onClose, children}: Props) {
	const dialog = useRef<HTMLDialogElement>(null);
	const id = useId();
	const close = () => dialog.current?.close();
	// At once: the next key may be Escape already, and a dialog that is not open yet cannot be closed.
	useLayoutEffect(() => dialog.current?.showModal(), []);
	useEscape(close);
	return (
		<dialog ref={dialog} class={className ? `dialog ${className}` : 'dialog'} aria-labelledby={id} onClose={onClose}>
			<header>
				<h2 id={id}>{title}</h2>
				<button type="button" class="button" onClick={close}>
					{done}
				</button>
			</header>
			{children}
		</dialog>
	);
}
