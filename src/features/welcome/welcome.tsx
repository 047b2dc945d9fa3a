import {useEffect, useState} from 'preact/hooks';
import browser from 'webextension-polyfill';
import {t} from '../../client/browser/i18n.ts';
import type {LibraryWatch} from '../../client/watch-library.ts';
import {BUNDLED_ID} from '../../protocol/values/models.ts';
import {count} from '../../ui/format.ts';
import type {HubSettingsStore} from '../models/hub-settings.ts';
import type {Shelf} from '../models/shelf.ts';
import type {Demo} from './demo.ts';
import {DemoView} from './demo-view.tsx';
import {MachinePicture, MenuPicture} from './pictures.tsx';
import {Recommended} from './recommended.tsx';

interface Props {
	demo: Demo;
	library: LibraryWatch;
	shelf: Shelf;
	hub: HubSettingsStore;
	/** Whether the extension's icon is in the toolbar. */
	isPinned(): Promise<boolean>;
}

/** How often to look whether the icon has been pinned, in milliseconds. */
const LOOK = 1000;

/** GPT-2's classes, until the model has said how many it has. */
const CLASSES = 50_257;

/** The first page anyone sees: the loop at work on a sentence, and where to go on. */
export function Welcome({demo, library, shelf, hub, isPinned}: Props) {
	const state = library.state.value;
	const model = state?.models.find(({id}) => id === state.active)?.name ?? BUNDLED_ID;
	const classes = demo.growing.classes.answer.value?.vocabSize ?? CLASSES;
	return (
		<>
			<header class="welcome-top">
				<b>{t('common_name')}</b>
				<span class="pill">
					<i aria-hidden="true" /> {t('welcome_model', {model})}
				</span>
			</header>
			<main class="welcome">
				<h1>{t('welcome_heading')}</h1>
				<p class="welcome-lead">{t('welcome_lead', {classes: count(classes)})}</p>
				<DemoView demo={demo} />
				<div class="welcome-foot">
					<section>
						<h2>{t('welcome_anywhere')}</h2>
						<MenuPicture />
						<p>{t('welcome_anywhere_text', {predict: t('background_menu_predict')})}</p>
						<Pin isPinned={isPinned} />
					</section>
					<section>
						<h2>{t('welcome_offline')}</h2>
						<MachinePicture />
						<p>{t('welcome_private')}</p>
					</section>
					<Recommended library={library} shelf={shelf} hub={hub} />
				</div>
				<p class="welcome-on">
					<a class="button" href={browser.runtime.getURL('src/entrypoints/walkthrough/index.html')}>
						{t('welcome_walk')}
					</a>{' '}
					<a class="button" href={browser.runtime.getURL('src/entrypoints/popup/index.html?view=tab')}>
						{t('welcome_start')}
					</a>
				</p>
			</main>
		</>
	);
}

function Pin({isPinned}: Pick<Props, 'isPinned'>) {
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
	if (pinned === null) return null;
	return (
		<p class="quiet" role="status">
			{t(pinned ? 'welcome_pinned' : 'welcome_pin')}
		</p>
	);
}
