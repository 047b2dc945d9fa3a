import {useEffect, useRef} from 'preact/hooks';
import {useEscape} from '../../../ui/escape.ts';
import {type Box, placeBeside} from '../../../ui/placement.ts';
import {roving} from '../../../ui/roving.ts';

interface Props {
	/** What the menu is of, in words. */
	label: string;
	/** What it opens beside. */
	at: Box;
	items: readonly {name: string; act(): void}[];
	onClose(): void;
}

const arrowKeys = roving('vertical');

/** What can be done to a class, where a right-click, the menu key or Shift+F10 has asked. Escape or a press elsewhere closes it. */
export function RowMenu({label, at, items, onClose}: Props) {
	const menu = useRef<HTMLDivElement>(null);
	useEscape(onClose);
	useEffect(() => {
		const list = menu.current!;
		void placeBeside(list, [at]);
		list.querySelector<HTMLElement>('[data-item]')?.focus();
		const onPress = ({target}: Event) => {
			if (!list.contains(target as Node)) onClose();
		};
		document.addEventListener('pointerdown', onPress, true);
		return () => document.removeEventListener('pointerdown', onPress, true);
	}, []);
	return (
		<div
			ref={menu}
			class="menu-panel row-menu"
			role="menu"
			aria-label={label}
			tabIndex={-1}
			onKeyDown={event => {
				arrowKeys.onKeyDown(event);
				// The list that it is in, and the loop, have keys of their own.
				event.stopPropagation();
			}}
			onFocusIn={event => {
				arrowKeys.onFocusIn(event);
				event.stopPropagation();
			}}
		>
			{items.map(({name, act}, i) => (
				<button
					key={name}
					type="button"
					class="menu-item"
					role="menuitem"
					data-item
					tabIndex={i === 0 ? 0 : -1}
					onClick={() => {
						onClose();
						act();
					}}
				>
					{name}
				</button>
			))}
		</div>
	);
}
