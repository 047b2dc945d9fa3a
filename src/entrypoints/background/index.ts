/**
 * The service worker's table of contents: menus, commands, messages, and the engine's life. It may be stopped at any
 * time, so nothing that matters is kept here, and every listener is registered at once when it starts.
 */
import browser from 'webextension-polyfill';
import {platform} from '#platform';
import {clearBadge} from './badge.ts';
import {onCommand} from './commands.ts';
import {resumeDownloads} from './downloads.ts';
import {onInboxTaken} from './inbox.ts';
import {createMenus, onMenuClicked} from './menus.ts';
import {onMessage} from './messages.ts';
import {onInstalled} from './welcome.ts';

browser.runtime.onInstalled.addListener(createMenus);
browser.runtime.onInstalled.addListener(onInstalled);
// The browser's language may have changed since.
browser.runtime.onStartup.addListener(createMenus);
browser.contextMenus.onClicked.addListener(onMenuClicked);
browser.commands.onCommand.addListener(onCommand);
browser.runtime.onMessage.addListener(onMessage);
onInboxTaken(clearBadge);
// Whatever wakes the service worker: a start of the browser, an update, or a page, after the engine's document has died.
void resumeDownloads();
browser.runtime.onStartup.addListener(resumeDownloads);
platform.closeLocalStorage();
platform.hostEngineHere(message =>
	Promise.resolve(onMessage(message, {id: browser.runtime.id, url: browser.runtime.getURL('')})),
);
