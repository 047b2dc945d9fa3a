import {useEffect, useState} from 'preact/hooks';
import browser from 'webextension-polyfill';
import {t} from '../ui/i18n.ts';

interface Props {
	/** Whether the extension's icon is in the toolbar. */
	isPinned(): Promise<boolean>;
}

/** How often to look whether the icon has been pinned, in milliseconds. */
const LOOK = 1000;

/** The first page anyone sees: how to ask, where the icon is, and where to go on. */
export function Welcome({isPinned}: Props) {
	const [pinned, setPinned] = useState<boolean | null>(null);
	useEffect(() => {
		let timer: ReturnType<typeof setTimeout> | undefined;
		let stopped = false;
		const look = async () => {
			const now = await isPinned();
			if (stopped) return;
			setPinned(now);
			// Pinning happens in the browser's own menu, and nothing tells of it.
			if (!now) timer = setTimeout(look, LOOK);
		};
		void look();
		return () => {
			stopped = true;
			clearTimeout(timer);
		};
	}, [isPinned]);
	return (
		<main class="welcome">
			<h1>{t('common_name')}</h1>
			<p class="welcome-lead">{t('welcome_lead')}</p>
			<ol class="welcome-steps">
				<li>
					<h2>{t('welcome_select')}</h2>
					<p>{t('welcome_select_text')}</p>
				</li>
				<li>
					<h2>{t('welcome_click')}</h2>
					<p>{t('welcome_click_text', t('background_menu_predict'))}</p>
				</li>
				<li>
					<h2>{t('welcome_read')}</h2>
					<p>{t('welcome_read_text')}</p>
				</li>
			</ol>
			<p class="welcome-try">{t('welcome_try')}</p>
			<blockquote class="welcome-sample">{t('welcome_sample')}</blockquote>
			{pinned !== null && (
				<p class="welcome-pin" role="status">
					{t(pinned ? 'welcome_pinned' : 'welcome_pin')}
				</p>
			)}
			<p>
				<a class="button go" href={browser.runtime.getURL('src/app/index.html?view=tab')}>
					{t('welcome_start')}
				</a>{' '}
				<a class="button" href={browser.runtime.getURL('src/walk/index.html')}>
					{t('welcome_walk')}
				</a>
			</p>
			<p class="quiet small">{t('welcome_private')}</p>
		</main>
	);
}
