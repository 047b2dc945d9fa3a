import {useEffect, useRef, useState} from 'preact/hooks';
import {t, tn} from '../../client/browser/i18n.ts';
import {spell} from '../../protocol/values/spell.ts';
import {roving} from '../../ui/roving.ts';
import {isolate, visibleToken} from '../../ui/tokens/token-text.ts';
import {TokenText} from '../../ui/tokens/token-view.tsx';
import type {BranchesStore} from './branches.ts';
import {type Branch, type BranchTree, branchOf, moveOf, rowsOf} from './tree.ts';

/** The branches as an ARIA tree: up and down move in it; right and left open, close, or go to a child or the parent. */
export function BranchOutline({branches, tree}: {branches: BranchesStore; tree: BranchTree}) {
	const [collapsed, setCollapsed] = useState<ReadonlySet<number>>(new Set());
	const list = useRef<HTMLDivElement>(null);
	const rows = rowsOf(tree, collapsed);
	const {selected} = tree;
	const focusable = rows.some(({branch}) => branch.id === selected) ? selected : 0;
	const focus = (id: number) => list.current?.querySelector<HTMLElement>(`[data-branch="${id}"]`)?.focus();

	const wanted = branches.focusWanted.value;
	useEffect(() => {
		if (!wanted) return;
		branches.focusWanted.value = false;
		focus(selected);
	}, [wanted, branches, selected]);

	const toggle = (id: number) => {
		const next = new Set(collapsed);
		if (!next.delete(id)) next.add(id);
		setCollapsed(next);
	};

	const {onKeyDown, onFocusIn} = roving('vertical');
	return (
		<div
			ref={list}
			class="outline"
			role="tree"
			aria-label={t('strategies_tree')}
			tabIndex={-1}
			onFocusIn={onFocusIn}
			onKeyDown={event => {
				onKeyDown(event);
				const move = moveOf(rows, selected, event.key);
				if (!move) return;
				event.preventDefault();
				if ('toggle' in move) toggle(move.toggle);
				else focus(move.to);
			}}
		>
			{rows.map(({branch, branch: {id}, level, position, siblings, expanded}) => (
				<div
					key={id}
					role="treeitem"
					data-item
					data-branch={id}
					aria-level={level}
					aria-posinset={position}
					aria-setsize={siblings}
					aria-expanded={expanded ?? undefined}
					aria-selected={id === selected}
					tabIndex={id === focusable ? 0 : -1}
					style={`--level: ${level - 1}`}
					onFocus={() => branches.select(id)}
				>
					<span class="twist" aria-hidden="true" onClick={() => expanded !== null && toggle(id)}>
						{expanded === null ? '·' : expanded ? '▾' : '▸'}
					</span>
					<RowText branch={branch} tree={tree} />
				</div>
			))}
		</div>
	);
}

/** Which class a branch starts with and in place of which, its text, and how long it is. */
function RowText({branch: {parent, at, tokens, finishReason}, tree}: {branch: Branch; tree: BranchTree}) {
	const instead = parent === null ? undefined : branchOf(tree, parent).tokens[at];
	return (
		<>
			<span>
				{parent === null ? (
					tree.title
				) : (
					<b>
						<TokenText token={tokens[at]} />
					</b>
				)}
				{instead && (
					<span class="quiet small"> {t('strategies_instead', {instead: isolate(visibleToken(instead))})}</span>
				)}
			</span>
			<span class="outline-text quiet small">{spell(tokens.slice(parent === null ? 0 : at + 1))}</span>
			<span class="quiet small numbers">
				{finishReason === null ? t('strategies_growing') : tn('strategies_tokens', tokens.length - at)}
			</span>
		</>
	);
}
