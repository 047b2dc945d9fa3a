import browser, {type Storage} from 'webextension-polyfill';
import {BUNDLED_ID} from '../../protocol/library.ts';
import {ACTIVE_MODEL_KEY} from '../../protocol/messages.ts';
import {wholeText} from './prompt.ts';
import type {PromptStore} from './prompt-store.ts';
import type {Session} from './session.ts';

/** The model that answers, as the library last reported it; no answer of another model is shown as its own. */

export async function activeModelId(area: Pick<Storage.StorageArea, 'get'> = browser.storage.local): Promise<string> {
	const {[ACTIVE_MODEL_KEY]: id} = await area.get(ACTIVE_MODEL_KEY);
	return typeof id === 'string' ? id : BUNDLED_ID;
}

/** Forget the answers of another model. Call it before a store opens its slot. */
export function forgetOtherModels(session: Session, active: string): {hadOther: boolean} {
	const answeredBy = session.slot('model', BUNDLED_ID);
	if (answeredBy.peek() === active) return {hadOther: false};
	answeredBy.value = active;
	for (const slot of ANSWERS) session.slot<null>(slot, null).value = null;
	session.slot<unknown[]>('strategy-runs', []).value = [];
	return {hadOther: true};
}

/** Slots that hold answers, and are null without any. */
const ANSWERS = [
	'classes',
	'continuations',
	'branches',
	'branch-token',
	'strategy-token',
	'passage-first',
	'passage-second',
	'loop-seed',
] as const;

/** Another model has other token ids: appended classes become text. */
export function appendedToText(prompt: PromptStore): void {
	if (prompt.prompt.peek().appended.length === 0) return;
	prompt.replace(wholeText(prompt.prompt.peek()), prompt.origin.peek(), prompt.source.peek());
}
