import {useLayoutEffect} from 'preact/hooks';
import {refusalText} from '../../client/browser/error-text.ts';
import {t, worded} from '../../client/browser/i18n.ts';
import {ClassesView} from '../../features/classes/classes-view.tsx';
import {ContinuationsView} from '../../features/continuations/continuations-view.tsx';
import {PassageView} from '../../features/passage/passage-view.tsx';
import {PromptEditor} from '../../features/prompt/editor/prompt-editor.tsx';
import {TABS, type Workspace} from '../../features/prompt/workspace.ts';
import type {BranchRoot} from '../../features/strategies/branches.ts';
import {StrategiesView} from '../../features/strategies/strategies-view.tsx';
import type {App} from './app.ts';
import {Header} from './header/header.tsx';
import {PANEL_ID, Tabs, tabId} from './tabs.tsx';

/** Each view, with what it needs beside the workspace. */
const VIEWS = {
	classes: (app: App) => <ClassesView app={app} />,
	continuations: (app: App) => (
		<ContinuationsView app={app} continuations={app.continuations} onBranch={root => openBranches(app, root)} />
	),
	strategies: (app: App) => <StrategiesView app={app} strategies={app.strategies} />,
	passage: (app: App) => <PassageView app={app} passage={app.passage} />,
};

function openBranches({strategies, tab}: App, root: BranchRoot): void {
	strategies.branches.open(root);
	tab.value = 'strategies';
}

const BESIDE_CLASSES = TABS.filter(name => name !== 'classes');

/** The whole interface: popup, side panel and tab are this at three widths. */
export function Shell({app}: {app: App}) {
	// Keys act as soon as there is something to see.
	useLayoutEffect(() => undoByKey(app), [app]);
	const wide = app.wide.value;
	const shown = app.shownTab.value;
	return (
		<div class={`shell${wide ? ' wide' : ''}${app.plain.value ? ' plain' : ''}`}>
			<Header app={app} />
			<main>
				<div class="column">
					<Notices app={app} />
					<PromptEditor app={app} />
					{wide && <ClassesView app={app} />}
				</div>
				<div class="column">
					<Tabs app={app} names={wide ? BESIDE_CLASSES : TABS} />
					{/* biome-ignore lint/a11y/noNoninteractiveTabindex: a view that scrolls must be reachable by keyboard */}
					<div id={PANEL_ID} class="tab-panel" role="tabpanel" tabIndex={0} aria-labelledby={tabId(shown)}>
						{VIEWS[shown](app)}
					</div>
				</div>
			</main>
		</div>
	);
}

/** Notices about the prompt and the settings; each can be dismissed. */
function Notices({app}: {app: Workspace}) {
	const {notice, settings, session, replacedSettings} = app;
	const problems = settings.problems.value;
	return (
		<>
			{notice.value && (
				<div class="notice" role="status">
					<p>{worded(notice.value, {entry: t('background_menu_panel')})}</p>
					<button
						type="button"
						class="link"
						onClick={() => {
							notice.value = null;
						}}
					>
						{t('common_dismiss')}
					</button>
				</div>
			)}
			{replacedSettings.value && (
				<div class="notice" role="status">
					<p>{t('popup_link_settings')}</p>
					<button
						type="button"
						class="link"
						onClick={() => {
							if (replacedSettings.value) settings.save(replacedSettings.value);
							replacedSettings.value = null;
						}}
					>
						{t('popup_link_settings_back')}
					</button>
					<button
						type="button"
						class="link"
						onClick={() => {
							replacedSettings.value = null;
						}}
					>
						{t('common_dismiss')}
					</button>
				</div>
			)}
			{problems.length > 0 && (
				<div class="notice" role="status">
					<p>
						{t('popup_settings_problem')} {refusalText(problems[0].refusals)}
					</p>
					<button type="button" class="link" onClick={() => settings.save(settings.settings.peek())}>
						{t('popup_settings_repair')}
					</button>
				</div>
			)}
			{settings.saveError.value && (
				<div class="notice" role="status">
					<p>{refusalText(settings.saveError.value.refusals)}</p>
				</div>
			)}
			{session.failed.value && (
				<div class="notice" role="status">
					<p>{t('popup_session_full')}</p>
				</div>
			)}
		</>
	);
}

/** Ctrl+Z outside a text field takes the last choice back. Returns a function that stops it. */
function undoByKey(app: Workspace): () => void {
	const onKey = (event: KeyboardEvent) => {
		if (event.key.toLowerCase() !== 'z' || event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey)) return;
		if (event.target instanceof Element && event.target.closest('textarea, input')) return;
		event.preventDefault();
		app.prompt.undo();
	};
	document.addEventListener('keydown', onKey);
	return () => document.removeEventListener('keydown', onKey);
}
