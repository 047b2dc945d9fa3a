import type {Engine} from '../../../ui/client/query.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {ProgressLine} from '../../../ui/components/progress-line.tsx';
import {decimal, nats} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {totalLogProb} from '../../../ui/tokens/log-prob.ts';
import {BranchExport} from './branch-export.tsx';
import {BranchOutline} from './branch-outline.tsx';
import type {BranchesStore} from './branches.ts';
import {TokenPanel} from './token-panel.tsx';
import {TokenStrip} from './token-strip.tsx';
import {type BranchTree, branchOf, contextBefore, pathOf} from './tree.ts';
import './branches.css';

interface Props {
	engine: Engine;
	branches: BranchesStore;
	tree: BranchTree;
	/** The model's name with its revision, for exports. */
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
	const total = totalLogProb(path.map(({token}) => token));
	return (
		<section class="branches" aria-labelledby="branches-title">
			<header>
				<h2 id="branches-title">{t('strategies_branches', tree.title)}</h2>
				<button type="button" class="link" onClick={branches.close}>
					{t('strategies_close')}
				</button>
			</header>
			<p class="quiet small">{t('strategies_branches_lead')}</p>
			<BranchOutline branches={branches} tree={tree} />
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
			<BranchExport tree={tree} model={model} />
			{at && open >= 0 && (
				<TokenPanel
					key={`${at.branch}.${at.index}`}
					engine={engine}
					token={path[open].token}
					position={open + 1}
					{...contextBefore(tree, at.branch, at.index)}
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
