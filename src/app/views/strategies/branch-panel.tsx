import {useEffect, useRef, useState} from 'preact/hooks';
import type {Engine} from '../../../ui/client/query.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {ProgressLine} from '../../../ui/components/progress-line.tsx';
import {download} from '../../../ui/download.ts';
import {count, decimal, nats} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {isolate, spell, visibleToken} from '../../../ui/tokens/token-text.ts';
import {TokenText} from '../../../ui/tokens/token-view.tsx';
import {copyText} from '../../page/copy.ts';
import type {Branches} from './branches.ts';
import {TokenPanel} from './token-panel.tsx';
import {TokenStrip} from './token-strip.tsx';
import {type BranchTree, branchOf, contextOf, pathOf} from './tree.ts';
import {type ExportWords, toJson, toMarkdown, toPlainText} from './tree-export.ts';
import {moveOf, rowsOf, type TreeRow} from './tree-navigation.ts';
import './branches.css';

interface Props {
	engine: Engine;
	branches: Branches;
	tree: BranchTree;
	/** The model's name, with its revision, for what is exported. */
	model: string;
}

/** The tree of branches: an outline that arrow keys walk, the selected branch in full, and its export. */
export function BranchPanel({engine, branches, tree, model}: Props) {
	const selected = branchOf(tree, tree.selected);
	const path = pathOf(tree, tree.selected);
	const at = branches.token.value;
	const open = at ? path.findIndex(({branch, index}) => branch === at.branch && index === at.index) : -1;
	const error = branches.error.value;
	const growing = selected.finishReason === null;
	const total = path.reduce((sum, {token}) => sum + token.logProb, 0);
	return (
		<section class="branches" aria-labelledby="branches-title">
			<header>
				<h2 id="branches-title">{t('strategies_branches', tree.title)}</h2>
				<button type="button" class="link" onClick={branches.close}>
					{t('strategies_close')}
				</button>
			</header>
			<p class="quiet small">{t('strategies_branches_lead')}</p>
			<Outline branches={branches} tree={tree} />
			<TokenStrip
				label={t('strategies_branch_text')}
				tokens={path.map(({token}) => token)}
				chosen={new Set(path.flatMap(({chosen}, index) => (chosen ? [index] : [])))}
				sampled={tree.generation.doSample}
				current={open < 0 ? null : open}
				onOpen={index => {
					const {branch, index: own} = path[index];
					branches.token.value = index === open ? null : {branch, index: own};
				}}
			/>
			{selected.dropped !== undefined && (
				<p class="quiet small">{tn('popup_continuations_dropped', selected.dropped)}</p>
			)}
			{growing && branches.progress.value && <ProgressLine progress={branches.progress.value} />}
			{error?.id === selected.id && (
				<ErrorNote
					message={error.message}
					action={{label: t('common_retry'), run: () => branches.regrow(selected.id)}}
				/>
			)}
			<footer class="quiet small numbers">
				<span>{t('strategies_total', nats(total))}</span>
				{path.length > 0 && <span>{t('strategies_mean', decimal(total / path.length))}</span>}
				{growing && (
					<button type="button" class="link" onClick={branches.stop}>
						{t('strategies_stop')}
					</button>
				)}
				{selected.finishReason === 'stopped' && selected.parent !== null && !error && (
					<button type="button" class="link" onClick={() => branches.regrow(selected.id)}>
						{t('strategies_regrow')}
					</button>
				)}
				{selected.parent !== null && (
					<button type="button" class="link" onClick={() => branches.remove(selected.id)}>
						{t('strategies_remove_branch')}
					</button>
				)}
			</footer>
			<Export tree={tree} model={model} />
			{at && open >= 0 && (
				<TokenPanel
					key={`${at.branch}.${at.index}`}
					engine={engine}
					token={path[open].token}
					position={open + 1}
					{...contextOf(tree, at.branch, at.index)}
					byPerson={path[open].chosen}
					trace={null}
					onChoose={(row, answer) => branches.choose(at, row, answer)}
					onClose={() => {
						branches.token.value = null;
					}}
				/>
			)}
		</section>
	);
}

/** The tree as an ARIA tree: up and down walk it, right and left open and close or go in and out. */
function Outline({branches, tree}: {branches: Branches; tree: BranchTree}) {
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
	const {branch, level, position, sisters, expanded} = row;
	const instead = branch.parent === null ? undefined : branchOf(tree, branch.parent).tokens[branch.at];
	return (
		// biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys
		<div
			role="treeitem"
			data-branch={branch.id}
			aria-level={level}
			aria-posinset={position}
			aria-setsize={sisters}
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

function Export({tree, model}: {tree: BranchTree; model: string}) {
	const [outcome, setOutcome] = useState('');
	const words: ExportWords = {
		prompt: t('strategies_export_prompt'),
		model,
		logProb: t('strategies_export_logprob'),
		chosen: (position, chosen, instead) =>
			instead === null
				? t('strategies_export_added', count(position), chosen)
				: t('strategies_export_chosen', count(position), chosen, instead),
	};
	return (
		<p class="export small">
			<span class="quiet">{t('strategies_export')}</span>
			<button
				type="button"
				class="link"
				onClick={() => download('branches.txt', 'text/plain', toPlainText(tree, words))}
			>
				{t('strategies_export_text')}
			</button>
			<button
				type="button"
				class="link"
				onClick={() => download('branches.md', 'text/markdown', toMarkdown(tree, words))}
			>
				{t('strategies_export_markdown')}
			</button>
			<button
				type="button"
				class="link"
				onClick={() => download('branches.json', 'application/json', toJson(tree, model))}
			>
				{t('strategies_export_json')}
			</button>
			<button type="button" class="link" onClick={async () => setOutcome(t(await copyText(toMarkdown(tree, words))))}>
				{t('strategies_export_copy')}
			</button>
			<span role="status" class="quiet small">
				{outcome}
			</span>
		</p>
	);
}
