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
export type TreeMove = {to: number} | {toggle: number} | null;

/** The effect of a key on the row of branch `current`. */
export function moveOf(rows: readonly TreeRow[], current: number, key: string): TreeMove {
	const at = rows.findIndex(row => row.branch.id === current);
	if (at < 0) return null;
	const {branch, expanded} = rows[at];
	if ((key === 'ArrowRight' && expanded === false) || (key === 'ArrowLeft' && expanded)) return {toggle: current};
	const ahead: Record<string, TreeRow | undefined> = {
		ArrowDown: rows[at + 1],
		ArrowUp: rows[at - 1],
		ArrowRight: expanded ? rows[at + 1] : undefined,
		ArrowLeft: rows.find(row => row.branch.id === branch.parent),
		Home: rows[0],
		End: rows[rows.length - 1],
	};
	const to = ahead[key];
	return to ? {to: to.branch.id} : null;
}
