import manifest from '../manifest.json' with {type: 'json'};
import packageJson from '../package.json' with {type: 'json'};

/** The browsers that the extension is built for. */
export const BROWSERS = ['chromium', 'firefox'] as const;
export type Browser = (typeof BROWSERS)[number];

/** The add-on's identity at addons.mozilla.org. It must never change: settings and updates hang on it. */
export const FIREFOX_ID = 'next-token-lens@next-token-lens.github.io';
/** The first Firefox, on Android too, whose manifest may say that no data is collected. */
const FIREFOX_VERSION = '142.0';

/** The folder that each browser's extension is built into. */
export const DIST: Readonly<Record<Browser, string>> = {chromium: 'dist', firefox: 'dist-firefox'};

/** The zip for each browser's store. */
export const zipPath = (browser: Browser): string =>
	`out/${packageJson.name}-${packageJson.version}${browser === 'chromium' ? '' : `-${browser}`}.zip`;

/**
 * `manifest.json` is Chromium's. Firefox has no offscreen documents, so its background page owns the engine; it has a
 * sidebar for a side panel; and it isolates no page across origins, so the two policies for that mean nothing to it.
 * Sources: developer.mozilla.org (WebExtensions, manifest.json), extensionworkshop.com (data collection consent).
 */
export function manifestFor(browser: Browser): object {
	if (browser === 'chromium') return {...manifest, version: packageJson.version};
	const {
		side_panel,
		minimum_chrome_version: _minimum,
		cross_origin_embedder_policy: _embedder,
		cross_origin_opener_policy: _opener,
		...shared
	} = manifest;
	return {
		...shared,
		// It knows no `split`, and one `storage.session` for all windows would show private text in the others.
		incognito: 'not_allowed',
		version: packageJson.version,
		permissions: manifest.permissions.filter(permission => !['offscreen', 'sidePanel'].includes(permission)),
		commands: {
			...manifest.commands,
			// Firefox's own menu bar opens its history by Alt+Shift+S.
			colour: {...manifest.commands.colour, suggested_key: {default: 'Alt+Shift+C'}},
		},
		background: {scripts: [manifest.background.service_worker], type: 'module'},
		sidebar_action: {
			default_title: manifest.action.default_title,
			default_panel: side_panel.default_path,
			default_icon: manifest.action.default_icon,
			open_at_install: false,
		},
		browser_specific_settings: {
			gecko: {
				id: FIREFOX_ID,
				strict_min_version: FIREFOX_VERSION,
				data_collection_permissions: {required: ['none']},
			},
		},
	};
}
