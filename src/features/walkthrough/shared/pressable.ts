import type {TargetedKeyboardEvent} from 'preact';

/**
 * Makes a part of a figure a button: click, Enter and Space. Arrow keys move between them in a `roving` container.
 * @param pressed of a button that stays down.
 */
export const pressable = (press: () => void, isFirst: boolean, pressed?: boolean) =>
	({
		role: 'button',
		// In SVG, attributes have the case they are written in.
		tabindex: isFirst ? 0 : -1,
		'data-item': true,
		'aria-pressed': pressed,
		onClick: press,
		onKeyDown(event: TargetedKeyboardEvent<SVGGElement>) {
			if (event.key !== 'Enter' && event.key !== ' ') return;
			event.preventDefault();
			press();
		},
	}) as const;

/** Makes a part of a figure something to look at: by pointer, and by focus. */
export const lookable = (look: () => void, isLookedAt: boolean) => ({
	...pressable(look, isLookedAt, isLookedAt),
	onPointerEnter: look,
	onFocus: look,
});
