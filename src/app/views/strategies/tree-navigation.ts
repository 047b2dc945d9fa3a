import {type Branch, type BranchTree, branchOf, childBranches} from './tree.ts';

/** Rows of the tree as they are seen, and the keys of the ARIA tree pattern. Pure. */

/** A branch as a row of the outline. */
export interface TreeRow {
	readonly branch: Branch;
	/** 1 for the root. */
	readonly level: number;
	/** 1-based position among the children of its parent, and how many they are. */
	readonly position: number;
	readonly siblings: number;
	/** Null when nothing grows from it. */
	readonly expanded: boolean | null;
}

/** The rows that are visible when these branches are collapsed, from top to bottom. */
export function rowsOf(tree: BranchTree, collapsed: ReadonlySet<number>): TreeRow[] {
	const below = (branch: Branch, level: number, position: number, siblings: number): TreeRow[] => {
		const children = childBranches(tree, branch.id);
		const expanded = children.length === 0 ? null : !collapsed.has(branch.id);
		const row = {branch, level, position, siblings, expanded};
		if (!expanded) return [row];
		return [row, ...children.flatMap((child, index) => below(child, level + 1, index + 1, children.length))];
	};
	return below(branchOf(tree, 0), 1, 1, 1);
}

/** The effect of a key: it moves to another branch, or opens or closes the current one; null for any other key. */
export type TreeMove = {to: number} | {open: number} | {close: number} | null;

/** The effect of a key on the row of branch `current`. */
export function moveOf(rows: readonly TreeRow[], current: number, key: string): TreeMove {
	const at = rows.findIndex(row => row.branch.id === current);
	const row = rows[at];
	if (!row) return null;
	const to = (other: TreeRow | undefined) => other && {to: other.branch.id};
	switch (key) {
		case 'ArrowDown':
			return to(rows[at + 1]) ?? null;
		case 'ArrowUp':
			return to(rows[at - 1]) ?? null;
		case 'Home':
			return to(rows[0]) ?? null;
		case 'End':
			return to(rows.at(-1)) ?? null;
		case 'ArrowRight':
			if (row.expanded === null) return null;
			return row.expanded ? (to(rows[at + 1]) ?? null) : {open: current};
		case 'ArrowLeft':
			if (row.expanded) return {close: current};
			return row.branch.parent === null ? null : {to: row.branch.parent};
		default:
			return null;
	}
}
