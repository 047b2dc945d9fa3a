import {useLayoutEffect, useRef} from 'preact/hooks';
import {t} from '../../client/browser/i18n.ts';
import {useEscape, usePressElsewhere} from '../../ui/escape.ts';
import {placeBeside} from '../../ui/placement.ts';
import {roving} from '../../ui/roving.ts';
import {isolate, spokenToken} from '../../ui/tokens/token-text.ts';
import {type ByHand, STEP} from './hand-row.tsx';

interface Props {
	byHand: ByHand;
	/** Choose the form that the text is held to. */
	chooseForm(): void;
}

/** What can be done to a class, where a right-click, the menu key or Shift+F10 has asked for it. */
export const RowMenu = ({byHand, chooseForm}: Props) => {
	const {row, at} = byHand.menu.value ?? {};
	if (!row || !at) return null;
	const forbidden = byHand.forbiddenAt(row);
	const pushBy = (step: number) => byHand.push(row, byHand.biasOf(row) + step);
	const items = [
		{name: t('hand_menu_up'), act: () => pushBy(STEP)},
		{name: t('hand_menu_down'), act: () => pushBy(-STEP)},
		forbidden !== 'every-step' && {name: t('hand_menu_every'), act: () => byHand.forbid(row, 'every-step')},
		forbidden !== 'first-step' && {name: t('hand_menu_first'), act: () => byHand.forbid(row, 'first-step')},
		forbidden !== null && {name: t('hand_menu_back'), act: () => byHand.forbid(row, null)},
		{name: t('hand_menu_form'), act: chooseForm},
	];
	return (
		<OpenMenu
			key={row.id}
			label={isolate(spokenToken(row))}
			at={at}
			items={items.filter(item => item !== false)}
			onClose={focusesRow => {
				byHand.menu.value = null;
				if (focusesRow) document.querySelector<HTMLElement>(`.classes .class-row[data-tip="${row.id}"]`)?.focus();
			}}
		/>
	);
};

interface OpenMenuProps {
	label: string;
	at: NonNullable<ByHand['menu']['value']>['at'];
	items: readonly {name: string; act(): void}[];
	/** @param focusesRow whether the focus goes back to the row. */
	onClose(focusesRow: boolean): void;
}

const arrowKeys = roving('vertical');

/** Escape closes it, or a press elsewhere. */
function OpenMenu({label, at, items, onClose}: OpenMenuProps) {
	const menu = useRef<HTMLDivElement>(null);
	useEscape(() => onClose(true));
	usePressElsewhere(
		() => onClose(false),
		node => menu.current?.contains(node) ?? false,
	);
	// Before anything else is pressed: the next key is the menu's.
	useLayoutEffect(() => {
		const list = menu.current!;
		void placeBeside(list, [at]);
		list.querySelector<HTMLElement>('[data-item]')?.focus();
	}, []);
	return (
		<div
			ref={menu}
			class="menu-panel row-menu"
			role="menu"
			aria-label={label}
			tabIndex={-1}
			onFocusIn={arrowKeys.onFocusIn}
			onKeyDown={event => {
				arrowKeys.onKeyDown(event);
				// The loop has keys of its own.
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
						onClose(true);
						act();
					}}
				>
					{name}
				</button>
			))}
		</div>
	);
}
