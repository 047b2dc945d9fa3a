import type {ComponentChildren} from 'preact';
import {useId, useRef, useState} from 'preact/hooks';
import {useEscape, usePressElsewhere} from '../escape.ts';
import './menu.css';

interface Props {
	/** Name of the button that opens it. */
	label: string;
	/** The button's content; its name with an arrow when left out. */
	face?: ComponentChildren;
	class?: string;
	/** The panel's content; `close` puts it away and gives the focus back. */
	children(close: () => void): ComponentChildren;
}

/** A button with a panel that opens below it, and closes with Escape, with a click elsewhere, or when one has chosen. */
export function Menu({label, face, class: className, children}: Props) {
	const [open, setOpen] = useState(false);
	const box = useRef<HTMLDivElement>(null);
	const button = useRef<HTMLButtonElement>(null);
	const id = useId();
	const close = () => {
		setOpen(false);
		button.current?.focus();
	};
	useEscape(open ? close : null);
	usePressElsewhere(open ? () => setOpen(false) : null, node => box.current?.contains(node) === true);
	return (
		<div ref={box} class={className ? `menu ${className}` : 'menu'}>
			<button
				ref={button}
				type="button"
				class={face ? 'icon-button' : 'link'}
				title={face ? label : undefined}
				aria-label={face ? label : undefined}
				aria-expanded={open}
				aria-controls={id}
				onClick={() => setOpen(!open)}
			>
				{face ?? (
					<>
						{label} <span aria-hidden="true">▾</span>
					</>
				)}
			</button>
			<div id={id} class="menu-panel" hidden={!open}>
				{open && children(close)}
			</div>
		</div>
	);
}
