import {t} from '../ui/i18n.ts';
import {roving} from '../ui/roving.ts';
import type {App, TabName} from './app.ts';

const LABELS = {
	classes: 'popup_tab_classes',
	continuations: 'popup_tab_continuations',
	strategies: 'popup_tab_strategies',
	passage: 'popup_tab_passage',
	learn: 'popup_tab_learn',
} as const;

/** Id of the tab of a view; its panel is labelled by it. */
export const tabId = (name: TabName) => `tab-${name}`;
/** Id of the one panel that all tabs control. */
export const PANEL_ID = 'tab-panel';

/** The tabs of the views: arrow keys move between them, Enter or Space opens one. */
export function Tabs({app, names}: {app: App; names: readonly TabName[]}) {
	const selected = app.shownTab.value;
	return (
		<div class="tabs" role="tablist" aria-label={t('popup_tabs')} {...roving('horizontal')}>
			{names.map(name => (
				<button
					key={name}
					type="button"
					role="tab"
					id={tabId(name)}
					data-item
					class={name === 'learn' ? 'last' : undefined}
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
	);
}
