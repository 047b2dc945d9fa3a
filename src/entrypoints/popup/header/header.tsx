import {useSignal} from '@preact/signals';
import type {ComponentChildren} from 'preact';
import {useRef} from 'preact/hooks';
import {t} from '../../../client/browser/i18n.ts';
import type {Workspace} from '../../../features/prompt/workspace.ts';
import {useEscape} from '../../../ui/escape.ts';
import {colourOnPage} from '../page/colour.ts';
import {openFullView, openOptions, openPanel} from '../page/views.ts';
import {ModelInfo, ModelPill} from './model-pill.tsx';
import './header.css';

/** The top line: the name, the model, and the buttons that open other pages. */
export function Header({app}: {app: Workspace}) {
	const open = useSignal(false);
	const header = useRef<HTMLElement>(null);
	const closeModel = () => {
		open.value = false;
		header.current?.querySelector<HTMLElement>('.model-pill')?.focus();
	};
	useEscape(open.value ? closeModel : null);
	const leave = () => {
		app.session.flush();
		if (app.view === 'popup') window.close();
	};
	const panelFailed = (error: unknown) => {
		console.warn('The side panel could not be opened.', error);
		app.notice.value = 'popup_panel_failed';
	};
	const source = app.prompt.source.value;
	return (
		<header ref={header} class="top">
			<div class="top-line">
				<h1>{t('common_name')}</h1>
				<ModelPill
					app={app}
					open={open.value}
					onToggle={() => {
						open.value = !open.value;
					}}
				/>
				{app.view !== 'tab' && source && (
					<IconButton label={t('popup_colour_selection')} onClick={() => void colourOnPage(source).then(leave)}>
						<path d="M3 13.5h10M9.5 2.5l3 2-5 6.5-3-2zM4.5 9l-1 2.5 4-.5" />
					</IconButton>
				)}
				{app.view === 'popup' && (
					<IconButton
						label={t('popup_open_panel')}
						onClick={() => void openPanel(app.session).then(leave, panelFailed)}
					>
						<path d="M2.5 3.5h11v9h-11zM9.5 3.5v9" />
					</IconButton>
				)}
				{app.view !== 'tab' && (
					<IconButton label={t('popup_open_tab')} onClick={() => void openFullView(app.session).then(leave)}>
						<path d="M6.5 3.5h-3v9h9v-3M9.5 3.5h3v3M12.5 3.5 7.5 8.5" />
					</IconButton>
				)}
				<IconButton label={t('popup_open_options')} onClick={() => void openOptions().then(leave)}>
					<path d="M2 5h6M11 5h3M2 11h3M8 11h6" />
					<circle cx="9.5" cy="5" r="1.5" />
					<circle cx="6.5" cy="11" r="1.5" />
				</IconButton>
			</div>
			{open.value && <ModelInfo app={app} />}
		</header>
	);
}

interface IconButtonProps {
	label: string;
	onClick(): void;
	children: ComponentChildren;
}

function IconButton({label, onClick, children}: IconButtonProps) {
	return (
		<button type="button" class="icon-button" title={label} aria-label={label} onClick={onClick}>
			<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
				{children}
			</svg>
		</button>
	);
}
