import {t, tn} from '../../client/browser/i18n.ts';
import type {Engine} from '../../client/query.ts';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {LinkButton} from '../../ui/components/link-button.tsx';
import {ProgressLine} from '../../ui/components/progress-line.tsx';
import {BranchExport} from './branch-export.tsx';
import {BranchOutline} from './branch-outline.tsx';
import type {BranchesStore} from './branches.ts';
import {TokenPanel} from './token-panel.tsx';
import {Figures, TokenStrip} from './token-strip.tsx';
import {type BranchTree, branchOf, choicesOf, contextBefore} from './tree.ts';
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
	const {id, parent, tokens, finishReason, dropped} = branchOf(tree, tree.selected);
	const open = branches.token.value;
	const choices = new Set(choicesOf(tree, id));
	const error = branches.error.value;
	const regrow = () => branches.regrow(id);
	return (
		<section class="branches" aria-labelledby="branches-title">
			<header>
				<h2 id="branches-title">{t('strategies_branches', {title: tree.title})}</h2>
				<LinkButton onClick={branches.close}>{t('strategies_close')}</LinkButton>
			</header>
			<p class="quiet small">{t('strategies_branches_lead')}</p>
			<BranchOutline branches={branches} tree={tree} />
			<TokenStrip
				label={t('strategies_branch_text')}
				tokens={tokens}
				chosen={choices}
				sampled={tree.generation.doSample}
				current={open}
				onOpen={index => {
					branches.token.value = index === open ? null : index;
				}}
			/>
			{dropped !== undefined && <p class="quiet small">{tn('popup_continuations_dropped', dropped)}</p>}
			{finishReason === null && branches.progress.value && <ProgressLine progress={branches.progress.value} />}
			{error?.id === id && <ErrorNote message={error.message} action={{label: t('common_retry'), run: regrow}} />}
			<footer class="quiet small numbers">
				<Figures tokens={tokens} />
				{finishReason === null && <LinkButton onClick={branches.stop}>{t('strategies_stop')}</LinkButton>}
				{finishReason === 'stopped' && parent !== null && !error && (
					<LinkButton onClick={regrow}>{t('strategies_regrow')}</LinkButton>
				)}
				{parent !== null && (
					<LinkButton onClick={() => branches.remove(id)}>{t('strategies_remove_branch')}</LinkButton>
				)}
			</footer>
			<BranchExport tree={tree} model={model} />
			{open !== null && open < tokens.length && (
				<TokenPanel
					key={`${id}.${open}`}
					engine={engine}
					place={{token: tokens[open], byPerson: choices.has(open), ...contextBefore(tree, id, open)}}
					position={open + 1}
					onChoose={(row, answer) => branches.choose(open, row, answer)}
					onClose={() => {
						branches.token.value = null;
					}}
				/>
			)}
		</section>
	);
}
