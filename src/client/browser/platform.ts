import type {ToBackground} from '../../protocol/messages/background.ts';

/** The one user interface, at three widths: popup, panel and tab. */
export const APP_PAGE = 'src/entrypoints/popup/index.html';

/** The parameter of a panel's address that names its window: Chromium does not tell which window a panel is in. */
export const WINDOW_PARAMETER = 'window';

/**
 * Everything that differs from browser to browser. The build chooses the implementation: `#platform` is `chromium.ts` or `firefox.ts`
 * (package.json, `imports`), and no other module asks which browser it runs in.
 */
export interface Platform {
	/**
	 * The engine answers ports in the background page itself, and must be started with it. Does nothing elsewhere.
	 * @param ask answers what the engine asks the background; a page cannot send messages to itself.
	 */
	hostEngineHere(ask: (message: ToBackground) => Promise<unknown>): void;
	/** Whether the background can ask the engine by a port, as pages do: it cannot where it is the engine's own page. */
	readonly backgroundCanAsk: boolean;
	/** Keep `storage.local` from content scripts: a page's process has no business with a person's access token. */
	closeLocalStorage(): void;
	/** Make sure that the engine is there to be connected to. */
	ensureEngine(): Promise<void>;
	/** Close the engine's own document, where it has one, which gives its memory back. */
	closeEngine(): Promise<void>;
	/** Whether a URL is the engine's own document. */
	isEngineDocument(url: string | undefined): boolean;
	/** Open the panel beside the page. Must be called at once in the handler of a click, before anything is awaited. */
	openPanel(windowId: number): Promise<void>;
	/** Whether a window has the panel open; without a window, whether any has. */
	isPanelOpen(windowId?: number): Promise<boolean>;
}
