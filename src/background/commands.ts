import {colour} from './colour.ts';
import {predict} from './predict.ts';

/** The keyboard commands of the manifest. The key grants access to the tab, as a click would. */
const COMMANDS: Readonly<Record<string, typeof predict>> = {predict, colour};

export const onCommand = (name: string, tab?: {id?: number; windowId?: number}): Promise<void> | undefined =>
	COMMANDS[name]?.({tabId: tab?.id}, tab?.windowId);
