/**
 * The content script of the Passage view: injected into a frame when the user asks for its colours. It does nothing
 * until a message comes, and once is enough however often it is injected.
 */

import * as v from 'valibot';
import browser, {type Runtime} from 'webextension-polyfill';
import {createEngineClient} from '../../../client/engine-client.ts';
import {readSelected} from '../../../client/page/selected.ts';
import {createQuery} from '../../../client/query.ts';
import {SCALE_KEY} from '../../../client/settings/settings.ts';
import type {ToBackground} from '../../../protocol/messages/background.ts';
import {type PaintAnswer, ToContent} from '../../../protocol/messages/content.ts';
import {PASSAGE_PORT} from '../../../protocol/port.ts';
import {PassageScale} from '../../../protocol/values/passage-scale.ts';
import {readPage} from './article/read-page.ts';
import {clearLeftovers} from './leftovers.ts';
import {PaintedPage} from './painted-page.tsx';

const toBackground = (message: ToBackground) => browser.runtime.sendMessage(message);

function start() {
	const client = createEngineClient({
		ensure: () => toBackground({type: 'engine.ensure'}),
		connect: () => browser.runtime.connect({name: PASSAGE_PORT}),
		onModel: () => page.scoreAgain(),
	});
	const page = new PaintedPage(document, {
		createQuery: () => createQuery(client, 'score'),
		hold: holds => client.hold(holds),
		continueFrom: text => void toBackground({type: 'prompt.open', text}),
		openModels: () => void toBackground({type: 'models.open'}),
		// After an update of the extension this script is cut off from it, and only in the way.
		isAlive: () => browser.runtime?.id !== undefined,
		onScale: scale => void toBackground({type: 'passage.scale', scale}),
	});

	function paintPage(scale: PassageScale): PaintAnswer {
		const read = readPage(document);
		if (!read) return {outcome: 'none'};
		page.paint(read.map, scale, read.all);
		return {outcome: 'painted', text: read.map.text};
	}

	function paintSelection(scale: PassageScale): PaintAnswer {
		const selected = readSelected(document);
		if (selected.kind === 'field') return {outcome: 'field', text: selected.text};
		if (selected.kind !== 'text' || selected.map.text.trim() === '') return {outcome: 'none'};
		// The selection's own colour would cover the paint.
		selected.selection.collapseToEnd();
		page.paint(selected.map, scale);
		return {outcome: 'painted', text: selected.map.text};
	}

	function answerTo(message: ToContent): PaintAnswer | number | true {
		switch (message.type) {
			case 'passage.paint':
				return message.what === 'page' ? paintPage(message.scale) : paintSelection(message.scale);
			case 'passage.rescale':
				page.rescale(message.scale);
				return true;
			case 'passage.clear':
				page.clearAll();
				return true;
			case 'passage.count':
				return page.count;
		}
	}

	browser.runtime.onMessage.addListener((raw: unknown, sender: Runtime.MessageSender) => {
		const message = v.safeParse(ToContent, raw);
		if (message.success && sender.id === browser.runtime.id) return Promise.resolve(answerTo(message.output));
	});
	// The scale is one setting: switched anywhere, it changes everywhere.
	browser.storage.sync.onChanged.addListener(changes => {
		const scale = v.safeParse(PassageScale, changes[SCALE_KEY]?.newValue);
		if (scale.success) page.rescale(scale.output);
	});
}

/** In the isolated world's globals, which the page can't see. */
const here = globalThis as typeof globalThis & {nextTokenLensPassage?: true};
if (!here.nextTokenLensPassage) {
	here.nextTokenLensPassage = true;
	clearLeftovers(document);
	start();
}
