import type {FinishReason} from '../../engine/generation/stopping.ts';
import type {Generation} from '../../engine/parameters/registry.ts';
import type {GeneratedToken} from '../../protocol/questions/generate.ts';
import type {Params} from '../../protocol/questions.ts';
import type {Prompt, Token} from '../../protocol/values/prompt.ts';
import {spelledToken} from '../../protocol/values/spell.ts';

/**
 * A tree of continuations that share beginnings. The root is a continuation a strategy generated; every other branch
 * leaves its parent before one of the parent's tokens, with a class a person chose there, and grows from it.
 * Everything here is immutable and pure.
 */
export interface Branch {
	readonly id: number;
	readonly parent: number | null;
	/** How many tokens it shares with its parent; the next one was chosen by a person. 0 for the root. */
	readonly at: number;
	/** All tokens from the prompt on. */
	readonly tokens: readonly GeneratedToken[];
	/** Why it ended; null while it grows. */
	readonly finishReason: FinishReason | 'stopped' | null;
	/** How many of the oldest tokens before it were left out when it grew, to make room. */
	readonly dropped?: number;
}

/** Branches that share a root, and which of them is looked at. */
export interface BranchTree {
	/** Name of the strategy or continuation that the tree was made from. */
	readonly title: string;
	readonly prompt: Prompt;
	/** How branches grow. */
	readonly generation: Generation;
	/** By id; a branch comes after its parent. */
	readonly branches: readonly Branch[];
	/** The branch that is shown in full. */
	readonly selected: number;
}

/** A tree of one branch. */
export const plant = ({
	tokens,
	finishReason,
	...root
}: Pick<BranchTree, 'title' | 'prompt' | 'generation'> & Pick<Branch, 'tokens' | 'finishReason'>): BranchTree => ({
	...root,
	branches: [{id: 0, parent: null, at: 0, tokens, finishReason}],
	selected: 0,
});

/** The branch of this id. @throws RangeError when there is none. */
export function branchOf(tree: BranchTree, id: number): Branch {
	const branch = tree.branches.find(other => other.id === id);
	if (!branch) throw new RangeError(`The tree has no branch ${id}.`);
	return branch;
}

/** Branches that leave this one, in the order in which they leave it. */
export const childBranches = (tree: BranchTree, id: number) =>
	tree.branches.filter(branch => branch.parent === id).sort((a, b) => a.at - b.at || a.id - b.id);

/** The places of a branch at which a person chose the class. */
export function choicesOf(tree: BranchTree, id: number): number[] {
	const {parent, at} = branchOf(tree, id);
	return parent === null ? [] : [...choicesOf(tree, parent).filter(place => place < at), at];
}

/** The branch whose run came to the place `index` of branch `id`: what a person chose there is in place of that run's class. */
function runAt(tree: BranchTree, id: number, index: number): Branch {
	const branch = branchOf(tree, id);
	return branch.parent === null || index > branch.at ? branch : runAt(tree, branch.parent, index);
}

/**
 * Choose another class in place of a branch's token (or after its last one). A branch that already goes on there with
 * this class is selected instead of a second one.
 * @returns the tree with that branch selected, and whether it is new and has yet to grow.
 */
export function branchAt(
	tree: BranchTree,
	id: number,
	index: number,
	token: GeneratedToken,
): {tree: BranchTree; id: number; isNew: boolean} {
	const run = runAt(tree, id, index);
	const same = [run, ...childBranches(tree, run.id).filter(({at}) => at === index)].find(
		({tokens}) => tokens[index]?.id === token.id,
	);
	if (same) return {tree: select(tree, same.id), id: same.id, isNew: false};
	const newId = Math.max(...tree.branches.map(other => other.id)) + 1;
	const tokens = [...run.tokens.slice(0, index), token];
	const grown: Branch = {id: newId, parent: run.id, at: index, tokens, finishReason: null};
	return {tree: {...tree, branches: [...tree.branches, grown], selected: newId}, id: newId, isNew: true};
}

/** The tree with tokens added to the end of a branch; unchanged if the branch is gone. */
export const grow = (tree: BranchTree, id: number, tokens: readonly GeneratedToken[]): BranchTree =>
	change(tree, id, branch => ({...branch, tokens: [...branch.tokens, ...tokens]}));

/** The tree with a branch cut back to the class it starts with, to grow again. */
export const cutBack = (tree: BranchTree, id: number): BranchTree =>
	change(tree, id, branch => ({...branch, tokens: branch.tokens.slice(0, branch.at + 1), finishReason: null}));

/** The tree with a branch at its end; unchanged if the branch is gone. */
export const finish = (tree: BranchTree, id: number, finishReason: FinishReason | 'stopped', dropped = 0): BranchTree =>
	change(tree, id, branch => ({...branch, finishReason, ...(dropped > 0 ? {dropped} : {})}));

const change = (tree: BranchTree, id: number, to: (branch: Branch) => Branch): BranchTree => ({
	...tree,
	branches: tree.branches.map(branch => (branch.id === id ? to(branch) : branch)),
});

/** The tree with this branch selected. */
export const select = (tree: BranchTree, id: number): BranchTree => ({...tree, selected: branchOf(tree, id).id});

/** The tree without a branch and all that grew from it; its parent is selected if the selected one is gone. */
export function remove(tree: BranchTree, id: number): BranchTree {
	const {parent} = branchOf(tree, id);
	if (parent === null) throw new RangeError('The root of a tree cannot be removed.');
	const gone = new Set([id]);
	for (const branch of tree.branches) if (branch.parent !== null && gone.has(branch.parent)) gone.add(branch.id);
	return {
		...tree,
		branches: tree.branches.filter(branch => !gone.has(branch.id)),
		selected: gone.has(tree.selected) ? parent : tree.selected,
	};
}

/**
 * How a branch is generated: from all tokens before it and the class that a person chose, which is the first of the
 * branch's `maxNewTokens`. Steps with a memory go on with what they had learnt before that class, which they had no part in.
 */
export function growthOf(tree: BranchTree, id: number): Params<'generate'> {
	const {prompt, generation} = tree;
	const {parent, at, tokens} = branchOf(tree, id);
	if (parent === null) return {prompt, generation};
	const memory = tokens.slice(0, at).findLast(token => token.memory)?.memory;
	return {
		prompt: {
			...prompt,
			appended: [...prompt.appended, ...tokens.slice(0, at + 1).map(spelledToken)],
			...(memory && {memory}),
		},
		generation: {
			...generation,
			numReturnSequences: 1,
			maxNewTokens: generation.maxNewTokens - 1,
			minNewTokens: Math.max(0, generation.minNewTokens - 1),
		},
	};
}

/**
 * The input of the model when it chose a token: the question of the run that generated it, and what that run had generated
 * by then (penalties tell the two apart). A person's choice is seen as one in the parent's run.
 */
export function contextBefore(tree: BranchTree, id: number, index: number): Params<'generate'> & {generated: Token[]} {
	const {id: run, parent, at, tokens} = runAt(tree, id, index);
	return {...growthOf(tree, run), generated: tokens.slice(parent === null ? 0 : at + 1, index).map(spelledToken)};
}

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

/**
 * The effect of the arrow to the right or left on the row of branch `current`: it opens or closes the branch, or leads to
 * a child or the parent; null for any other key.
 */
export function moveOf(rows: readonly TreeRow[], current: number, key: string): {to: number} | {toggle: number} | null {
	const at = rows.findIndex(row => row.branch.id === current);
	const {branch, expanded} = rows[at];
	if (key === 'ArrowRight' && expanded !== null) return expanded ? {to: rows[at + 1].branch.id} : {toggle: current};
	if (key !== 'ArrowLeft') return null;
	if (expanded) return {toggle: current};
	return branch.parent === null ? null : {to: branch.parent};
}
