import type {TargetedFocusEvent, TargetedKeyboardEvent} from 'preact';

/**
 * One stop in the tab order for many items, arrow keys between them. Give the container both handlers, every item
 * `data-item`, the first `tabIndex={0}` and the others -1. In a grid, each row has `data-row`.
 */

type Axis = 'vertical' | 'horizontal' | 'both' | 'grid';

const STEPS: Record<string, {axis: Axis; step: number}> = {
	ArrowDown: {axis: 'vertical', step: 1},
	ArrowUp: {axis: 'vertical', step: -1},
	ArrowRight: {axis: 'horizontal', step: 1},
	ArrowLeft: {axis: 'horizontal', step: -1},
};

const itemsOf = (container: HTMLElement) => [...container.querySelectorAll<HTMLElement>('[data-item]')];

/** Where a key leads in a grid: up and down stay in the column, as far as the row reaches. */
function gridTarget(key: string, container: HTMLElement, item: HTMLElement): HTMLElement | null {
	const rows = [...container.querySelectorAll<HTMLElement>('[data-row]')].map(itemsOf).filter(row => row.length > 0);
	const row = rows.findIndex(items => items.includes(item));
	if (row < 0) return null;
	const column = rows[row].indexOf(item);
	if (STEPS[key]?.axis !== 'vertical') {
		const to = rovingTarget(key, column, rows[row].length, 'both');
		return to === null ? null : rows[row][to];
	}
	const other = rows[Math.min(rows.length - 1, Math.max(0, row + STEPS[key].step))];
	return other[Math.min(column, other.length - 1)];
}

/** Where a key leads among `length` items, or null when it is none of ours. */
function rovingTarget(key: string, index: number, length: number, axis: Axis): number | null {
	if (length === 0) return null;
	if (key === 'Home') return 0;
	if (key === 'End') return length - 1;
	const move = STEPS[key];
	if (!move || (axis !== 'both' && move.axis !== axis)) return null;
	return Math.min(length - 1, Math.max(0, index + move.step));
}

/** Handlers for the container of the items. */
export const roving = (axis: Axis) => ({
	onKeyDown(event: TargetedKeyboardEvent<HTMLElement>) {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		const items = itemsOf(event.currentTarget);
		const index = items.indexOf(document.activeElement as HTMLElement);
		if (index < 0) return;
		const target =
			axis === 'grid'
				? gridTarget(event.key, event.currentTarget, items[index])
				: items[rovingTarget(event.key, index, items.length, axis) ?? -1];
		if (!target) return;
		event.preventDefault();
		target.focus();
	},
	/** The item that had the focus last is the one that Tab comes back to. */
	onFocusIn(event: TargetedFocusEvent<HTMLElement>) {
		const items = itemsOf(event.currentTarget);
		const focused = items.find(item => item === event.target);
		if (!focused) return;
		for (const item of items) item.tabIndex = item === focused ? 0 : -1;
	},
});
