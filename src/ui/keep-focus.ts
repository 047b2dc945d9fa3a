/**
 * Keeps the keyboard's place in a page. A control that its own press removes, hides or disables takes the focus with it:
 * the browser gives it to the body, and who works by keyboard starts anew at the top. Here the nearest control gets it.
 */

const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex]';

const takesFocus = (element: HTMLElement) =>
	element.isConnected &&
	!element.matches(':disabled') &&
	element.closest('[inert]') === null &&
	element.checkVisibility({visibilityProperty: true});

/** Where the focus is: the element, and for it and each element around it what holds it and what comes next. */
interface Place {
	element: HTMLElement;
	around: {parent: HTMLElement; next: Element | null}[];
}

function placeOf(element: HTMLElement): Place {
	const around: Place['around'] = [];
	for (let at = element; at.parentElement; at = at.parentElement) {
		around.push({parent: at.parentElement, next: at.nextElementSibling});
	}
	return {element, around};
}

/** The control to go on with in what is left around a place: the next one, or the last where there is no next. */
function nearest({element, around}: Place): HTMLElement | undefined {
	for (const {parent, next} of around) {
		if (!parent.isConnected) continue;
		const controls = [...parent.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
			one => one !== element && takesFocus(one),
		);
		// What Tab passes over is part of a list with one stop, and gets the focus only where that stop is gone.
		const stops = controls.filter(({tabIndex}) => tabIndex >= 0);
		const all = stops.length > 0 ? stops : controls;
		if (all.length === 0) continue;
		if (next === null) return all.at(-1);
		const isNext = (one: Node) =>
			one === next || (next.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
		return next.isConnected ? (all.find(isNext) ?? all.at(-1)) : all[0];
	}
	return undefined;
}

/** Start it in a page. A focus that does not show, as after a click, is not kept: a pointer has its own place. */
export function keepFocus(): void {
	let place: Place | null = null;
	const remember = () => {
		const active = document.activeElement;
		const shows = active instanceof Element && active !== document.body && active.matches(':focus-visible');
		place = shows ? placeOf(active as HTMLElement) : null;
	};
	const check = () => {
		const active = document.activeElement;
		const isLost = active === null || active === document.body || active.matches(':disabled');
		if (!isLost) return remember();
		// Left by a press on nothing.
		if (place && takesFocus(place.element)) place = null;
		if (place) nearest(place)?.focus();
	};
	document.addEventListener('focusin', remember);
	// Before a press changes anything.
	document.addEventListener('keydown', remember, true);
	// What is hidden loses the focus only when the page is drawn.
	document.addEventListener('focusout', ({relatedTarget}) => {
		if (relatedTarget === null) queueMicrotask(check);
	});
	new MutationObserver(check).observe(document, {
		subtree: true,
		childList: true,
		attributeFilter: ['disabled', 'hidden', 'inert'],
	});
}
