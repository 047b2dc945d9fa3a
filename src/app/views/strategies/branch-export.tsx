import {useState} from 'preact/hooks';
import {download} from '../../../ui/download.ts';
import {count} from '../../../ui/format.ts';
import {t} from '../../../ui/i18n.ts';
import {copyText} from '../../page/copy.ts';
import type {BranchTree} from './tree.ts';
import {type ExportWords, toJson, toMarkdown, toPlainText} from './tree-export.ts';

/** Saves the tree as text, Markdown or JSON, or copies it. */
export function BranchExport({tree, model}: {tree: BranchTree; model: string}) {
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
	const formats = [
		{
			label: 'strategies_export_text',
			name: 'branches.txt',
			type: 'text/plain',
			content: () => toPlainText(tree, words),
		},
		{
			label: 'strategies_export_markdown',
			name: 'branches.md',
			type: 'text/markdown',
			content: () => toMarkdown(tree, words),
		},
		{
			label: 'strategies_export_json',
			name: 'branches.json',
			type: 'application/json',
			content: () => toJson(tree, model),
		},
	] as const;
	return (
		<p class="export small">
			<span class="quiet">{t('strategies_export')}</span>
			{formats.map(({label, name, type, content}) => (
				<button key={name} type="button" class="link" onClick={() => download(name, type, content())}>
					{t(label)}
				</button>
			))}
			<button type="button" class="link" onClick={async () => setOutcome(t(await copyText(toMarkdown(tree, words))))}>
				{t('strategies_export_copy')}
			</button>
			<span role="status" class="quiet small">
				{outcome}
			</span>
		</p>
	);
}
