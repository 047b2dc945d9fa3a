import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

/** The least that an extension can be whose menu opens a popup: what it takes is the floor for every other. */
const FILES = {
	'manifest.json': JSON.stringify({
		manifest_version: 3,
		name: 'Empty popup',
		version: '1.0',
		permissions: ['contextMenus'],
		action: {default_popup: 'popup.html'},
		background: {service_worker: 'worker.js'},
	}),
	'worker.js': `chrome.runtime.onInstalled.addListener(() =>
	chrome.contextMenus.create({id: 'open', title: 'Open an empty popup', contexts: ['selection']}));
chrome.contextMenus.onClicked.addListener((_info, {windowId}) => {
	performance.mark('click:received');
	void chrome.action.openPopup({windowId});
});
`,
	// As large as ours.
	'popup.html': `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Empty popup</title><style>body { width: 460px; height: 600px; margin: 0 }</style></head>
<body>empty<script src="popup.js"></script></body>
</html>
`,
	'popup.js': `performance.mark('click:script');
requestAnimationFrame(() => setTimeout(() => performance.mark('click:painted')));
`,
};

/** The page of its popup. */
export const EMPTY_POPUP_PAGE = 'popup.html';

/** Writes the extension into a folder. */
export async function writeEmptyPopup(folder: string): Promise<void> {
	await mkdir(folder, {recursive: true});
	for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
}
