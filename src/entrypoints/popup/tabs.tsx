import {t} from '../../client/browser/i18n.ts';
import {openWalk} from '../../features/prompt/open-walk.ts';
import {wholeText} from '../../features/prompt/prompt.ts';
import type {TabName, Workspace} from '../../features/prompt/workspace.ts';
import {roving} from '../../ui/roving.ts';
import './tabs.css';

const LABELS = {
	classes: 'popup_tab_classes',
	continuations: 'popup_tab_continuations',
	strategies: 'popup_tab_strategies',
	passage: 'popup_tab_passage',
} as const;

/** Id of the tab of a view; its panel is labelled by it. */
export const tabId = (name: TabName) => `tab-${name}`;
/** Id of the one panel that all tabs control. */
export const PANEL_ID = 'tab-panel';

/** The tabs of the views, between which arrow keys move; and beside them the way to the walk. */
export function Tabs({app, names}: {app: Workspace; names: readonly TabName[]}) {
	const selected = app.shownTab.value;
	const walk = async () => {
		app.session.flush();
		const prompt = app.prompt.prompt.peek();
		await openWalk({...prompt, text: wholeText(prompt)}, app.prompt.source.peek());
		if (app.view === 'popup') window.close();
	};
	return (
		<div class="tabs">
			<div class="tab-list" role="tablist" aria-label={t('popup_tabs')} {...roving('horizontal')}>
				{names.map(name => (
					<button
						key={name}
						type="button"
						role="tab"
						id={tabId(name)}
						data-item
						aria-selected={name === selected}
						aria-controls={PANEL_ID}
						tabIndex={name === selected ? 0 : -1}
						onClick={() => {
							app.tab.value = name;
						}}
					>
						{t(LABELS[name])}
					</button>
				))}
			</div>
			<button type="button" class="link walk" title={t('popup_walk_title')} onClick={() => void walk()}>
				{t('popup_walk')}
				<span aria-hidden="true"> ↗</span>
			</button>
		</div>
	);
}
