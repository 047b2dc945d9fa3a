/**
 * The content script of the Passage view: injected into a frame when the user asks for its colours. It does nothing
 * until a message comes, and once is enough however often it is injected.
 */
import * as v from 'valibot';
import {PASSAGE_PORT} from '../protocol/engine.ts';
import {type PaintAnswer, PassageScale, type ToBackground, ToContent} from '../protocol/messages.ts';
import {SCALE_KEY} from '../settings/settings.ts';
import {createEngineClient, isCancelled} from '../ui/client/engine-client.ts';
import {t} from '../ui/i18n.ts';
import {PaintedPage} from './painted-page.tsx';
import type {Passage} from './passage.ts';
import {readSelected} from './selected.ts';
import {mapText} from './text-map/text-walk.ts';

const toBackground = (message: ToBackground) => chrome.runtime.sendMessage(message);

function start() {
	const client = createEngineClient({
		ensure: () => toBackground({type: 'engine.ensure'}),
		connect: () => chrome.runtime.connect({name: PASSAGE_PORT}),
	});
	const page = new PaintedPage(document, {
		score,
		continueFrom: text => void toBackground({type: 'prompt.open', text}),
		// After an update of the extension this script is cut off from it, and only in the way.
		isAlive: () => chrome.runtime?.id !== undefined,
		onScale: scale => void toBackground({type: 'passage.scale', scale}),
	});

	async function score(passage: Passage, signal: AbortSignal) {
		try {
			passage.totals = await client.request(
				'score',
				{text: passage.map.text},
				{
					signal,
					onEvent(event) {
						if (event.kind === 'scored') {
							passage.vocabSize = event.vocabSize;
							passage.add(event.tokens);
						} else if (event.phase === 'passage') passage.progress = event;
						page.changed();
					},
				},
			);
			passage.status = 'done';
		} catch (error) {
			passage.status = isCancelled(error) ? 'cancelled' : 'failed';
			passage.error = t('passage_failed', error instanceof Error ? error.message : String(error));
		}
	}

	function paint(scale: PassageScale): PaintAnswer {
		const selected = readSelected(document);
		if (selected.kind === 'none') return {outcome: 'none'};
		if (selected.kind === 'field') return {outcome: 'field', text: selected.text};
		const map = mapText(selected.boundaries);
		if (map.text.trim() === '') return {outcome: 'none'};
		// The selection's own colour would lie over the paint.
		selected.selection.collapseToEnd();
		page.paint(map, scale);
		return {outcome: 'painted', text: map.text};
	}

	function onMessage(raw: unknown, sender: chrome.runtime.MessageSender, answer: (value: unknown) => void) {
		const message = v.safeParse(ToContent, raw);
		if (!message.success || sender.id !== chrome.runtime.id) return;
		switch (message.output.type) {
			case 'passage.paint':
				answer(paint(message.output.scale));
				break;
			case 'passage.rescale':
				page.rescale(message.output.scale);
				answer(true);
				break;
			case 'passage.clear':
				page.clearAll();
				answer(true);
				break;
			case 'passage.count':
				answer(page.count);
		}
	}

	chrome.runtime.onMessage.addListener(onMessage);
	// The scale is one setting: switched anywhere, it changes everywhere.
	chrome.storage.sync.onChanged.addListener(changes => {
		const scale = v.safeParse(PassageScale, changes[SCALE_KEY]?.newValue);
		if (scale.success) page.rescale(scale.output);
	});
}

/** In the isolated world's globals, which the page can't see. */
const here = globalThis as typeof globalThis & {nextTokenLensPassage?: true};
if (!here.nextTokenLensPassage) {
	here.nextTokenLensPassage = true;
	start();
}
