import {afterAll, beforeAll} from 'vitest';
import {type Desktop, startDesktop} from './desktop.ts';
import {type ExtensionBrowser, launchExtension} from './extension.ts';
import {type PagesServer, servePages} from './pages-server.ts';

/** What a person sits at: a desktop, a browser on it with the extension, and pages to open. */
export interface DesktopSession {
	desktop: Desktop;
	pages: PagesServer;
	browser: ExtensionBrowser;
}

/** A session for all tests of a file: `begin` gets it before the first of them; it is given up after the last. */
export function useDesktopSession(begin: (session: DesktopSession) => void | Promise<void>): void {
	const session: Partial<DesktopSession> = {};
	beforeAll(async () => {
		const desktop = await startDesktop();
		session.desktop = desktop;
		const pages = await servePages();
		session.pages = pages;
		const browser = await launchExtension({display: desktop.display});
		session.browser = browser;
		await begin({desktop, pages, browser});
	});
	afterAll(async () => {
		await session.browser?.dispose();
		await session.pages?.dispose();
		await session.desktop?.dispose();
	});
}
