import {useEffect, useRef, useState} from 'preact/hooks';
import {spell} from '../../../protocol/spell.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {isolate, visibleToken} from '../../../ui/tokens/token-text.ts';
import {TokenText} from '../../../ui/tokens/token-view.tsx';
import type {BranchesStore} from './branches.ts';
import {type BranchTree, branchOf} from './tree.ts';
import {moveOf, rowsOf, type TreeRow} from './tree-navigation.ts';

/** The branches as an ARIA tree: up and down move in it; right and left open, close, or go to a child or the parent. */
export function BranchOutline({branches, tree}: {branches: BranchesStore; tree: BranchTree}) {
	const [collapsed, setCollapsed] = useState<ReadonlySet<number>>(new Set());
	const list = useRef<HTMLDivElement>(null);
	const rows = rowsOf(tree, collapsed);
	const focusable = rows.some(({branch}) => branch.id === tree.selected) ? tree.selected : 0;

	const wanted = branches.focusWanted.value;
	useEffect(() => {
		if (!wanted) return;
		branches.focusWanted.value = false;
		list.current?.querySelector<HTMLElement>(`[data-branch="${tree.selected}"]`)?.focus();
	}, [wanted, branches, tree.selected]);

	function setOpen(id: number, open: boolean) {
		const next = new Set(collapsed);
		if (open) next.delete(id);
		else next.add(id);
		setCollapsed(next);
	}

	function onKeyDown(event: KeyboardEvent) {
		const id = Number((event.target as HTMLElement).dataset.branch);
		const move = moveOf(rows, id, event.key);
		if (!move) return;
		event.preventDefault();
		if ('open' in move) setOpen(move.open, true);
		else if ('close' in move) setOpen(move.close, false);
		else {
			branches.select(move.to);
			list.current?.querySelector<HTMLElement>(`[data-branch="${move.to}"]`)?.focus();
		}
	}

	return (
		<div ref={list} class="outline" role="tree" aria-label={t('strategies_tree')} tabIndex={-1} onKeyDown={onKeyDown}>
			{rows.map(row => (
				<OutlineRow
					key={row.branch.id}
					row={row}
					tree={tree}
					selected={row.branch.id === tree.selected}
					focusable={row.branch.id === focusable}
					onSelect={() => branches.select(row.branch.id)}
					onToggle={() => setOpen(row.branch.id, row.expanded === false)}
				/>
			))}
		</div>
	);
}

interface RowProps {
	row: TreeRow;
	tree: BranchTree;
	selected: boolean;
	focusable: boolean;
	onSelect(): void;
	onToggle(): void;
}

function OutlineRow({row, tree, selected, focusable, onSelect, onToggle}: RowProps) {
	const {branch, level, position, siblings, expanded} = row;
	const instead = branch.parent === null ? undefined : branchOf(tree, branch.parent).tokens[branch.at];
	return (
		// biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys
		<div
			role="treeitem"
			data-branch={branch.id}
			aria-level={level}
			aria-posinset={position}
			aria-setsize={siblings}
			aria-expanded={expanded ?? undefined}
			aria-selected={selected}
			tabIndex={focusable ? 0 : -1}
			style={`--level: ${level - 1}`}
			onClick={onSelect}
		>
			<span
				class="twist"
				aria-hidden="true"
				onClick={event => {
					event.stopPropagation();
					if (expanded !== null) onToggle();
				}}
			>
				{expanded === null ? '·' : expanded ? '▾' : '▸'}
			</span>
			{branch.parent === null ? (
				<span>{tree.title}</span>
			) : (
				<span>
					<b>
						<TokenText token={branch.tokens[0]} />
					</b>
					{instead && <span class="quiet small"> {t('strategies_instead', isolate(visibleToken(instead)))}</span>}
				</span>
			)}
			<span class="outline-text quiet small">{spell(branch.tokens.slice(branch.parent === null ? 0 : 1))}</span>
			<span class="quiet small numbers">
				{branch.finishReason === null ? t('strategies_growing') : tn('strategies_tokens', branch.tokens.length)}
			</span>
		</div>
	);
}
