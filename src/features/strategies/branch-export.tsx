import {useState} from 'preact/hooks';
import {t} from '../../client/browser/i18n.ts';
import {LinkButton} from '../../ui/components/link-button.tsx';
import {copyText} from '../../ui/copy.ts';
import {download} from '../../ui/download.ts';
import type {BranchTree} from './tree.ts';
import {toJson, toMarkdown, toPlainText} from './tree-export.ts';

/** Saves the tree as text, Markdown or JSON, or copies it. */
export function BranchExport({tree, model}: {tree: BranchTree; model: string}) {
	const [outcome, setOutcome] = useState('');
	const file = (label: 'text' | 'markdown' | 'json', ending: string, type: string, content: () => string) => (
		<LinkButton onClick={() => download(`branches.${ending}`, type, content())}>
			{t(`strategies_export_${label}`)}
		</LinkButton>
	);
	return (
		<p class="export small">
			<span class="quiet">{t('strategies_export')}</span>
			{file('text', 'txt', 'text/plain', () => toPlainText(tree, model))}
			{file('markdown', 'md', 'text/markdown', () => toMarkdown(tree, model))}
			{file('json', 'json', 'application/json', () => toJson(tree, model))}
			<LinkButton onClick={async () => setOutcome(t(await copyText(toMarkdown(tree, model))))}>
				{t('strategies_export_copy')}
			</LinkButton>
			<span role="status" class="quiet small">
				{outcome}
			</span>
		</p>
	);
}
