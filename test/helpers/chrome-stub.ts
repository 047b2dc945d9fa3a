/**
 * What the content script needs of the browser, for an isolated world without the extension: strings, messages, and a
 * port behind which a made-up model scores words. Import it before the content script.
 */

import {en as messages} from '../../locales/en.ts';
import type {FromEngine, ToEngine} from '../../src/protocol/port.ts';
import type {ScoreAnswer, ScoredToken} from '../../src/protocol/questions/score.ts';

/** Set `upTo` to hold the answer back after this many tokens, until it is raised; `spread` says how the ranks differ. */
export const model = {upTo: Number.POSITIVE_INFINITY, spread: 7919};

type Listener = (message: unknown, sender: {id: string}) => Promise<unknown> | undefined;
const ID = 'lens';
const listeners = new Set<Listener>();
export const sent: unknown[] = [];

type StorageListener = (changes: Record<string, {newValue: unknown}>) => void;
const stored = new Set<StorageListener>();

/** The colour scale was switched somewhere. */
export const changeScale = (newValue: unknown) => {
	for (const listener of stored) listener({passageScale: {newValue}});
};

const encoder = new TextEncoder();

/**
 * Words with the space before them; what is above U+FFFF in its four bytes, the first together with the space before it,
 * as GPT-2's tokenizer often splits it: such tokens share a character, and the first reaches over another.
 */
function tokensOf(text: string): ScoredToken[] {
	const tokens: ScoredToken[] = [];
	for (const match of text.matchAll(/ ?[\u{10000}-\u{10FFFF}]| ?[\p{L}\p{M}]{1,6}| ?\p{N}+|\s|[\s\S]/gu)) {
		const [piece] = match;
		const end = match.index + piece.length;
		const [character] = piece.trimStart() || piece;
		const wide = character.codePointAt(0)! > 0xffff;
		const parts = [...encoder.encode(character)].map(byte => [byte]);
		if (piece.startsWith(' ')) parts[0].unshift(0x20);
		for (const [i, bytes] of (wide ? parts : [undefined]).entries()) {
			const at = {start: i === 0 ? match.index : end - character.length, end};
			const id = tokens.length;
			const rank = 1 + ((id * model.spread) % 5000);
			tokens.push({
				id,
				...(bytes ? {bytes} : {text: piece}),
				...at,
				rank,
				logProb: -Math.log(rank + 1),
				corrected: -Math.log(rank + 1),
				entropy: 3,
				top: Array.from({length: 10}, (_, i) => ({id: 40_000 + i, text: ` class${i}`, probability: 0.5 ** (i + 1)})),
			});
		}
	}
	return tokens;
}

const ports = new Set<(message: FromEngine) => void>();

/** Another model was chosen, which ranks every token first. */
export function switchModel() {
	model.spread = 0;
	for (const say of ports) say({type: 'model', choice: 'another'});
}

function connect() {
	const heard = new Set<(message: unknown) => void>();
	const say = (message: FromEngine) => {
		for (const listener of heard) listener(JSON.parse(JSON.stringify(message)));
	};
	ports.add(say);
	const cancelled = new Set<number>();
	return {
		onMessage: {addListener: (listener: (message: unknown) => void) => heard.add(listener)},
		onDisconnect: {addListener() {}},
		disconnect() {},
		async postMessage(message: ToEngine) {
			if (message.type === 'cancel') {
				cancelled.add(message.id);
				say({type: 'error', id: message.id, code: 'cancelled', message: 'Cancelled.'});
				return;
			}
			if (message.type === 'hold') return say({type: 'model', choice: 'the first'});
			const {id} = message;
			const tokens = tokensOf((message.params as {text: string}).text);
			for (let done = 0; done < tokens.length; done += 16) {
				while (done >= model.upTo && !cancelled.has(id)) await new Promise(resolve => setTimeout(resolve, 10));
				if (cancelled.has(id)) return;
				const next = tokens.slice(done, done + 16);
				say({type: 'event', id, event: {kind: 'progress', phase: 'passage', done, total: tokens.length}});
				say({type: 'event', id, event: {kind: 'scored', tokens: next, vocabSize: 50_257}});
			}
			const logProb = tokens.reduce((sum, token) => sum + token.logProb, 0);
			const bits = -logProb / Math.LN2;
			const answer: ScoreAnswer = {
				model: 'made-up',
				tokenCount: tokens.length,
				logProb,
				corrected: logProb,
				perplexity: Math.exp(-logProb / tokens.length),
				bitsPerToken: bits / tokens.length,
				bitsPerCharacter: bits / tokens.length,
				characters: tokens.length,
				windows: 1,
			};
			say({type: 'answer', id, answer});
		},
	};
}

Object.defineProperty(globalThis, 'chrome', {
	configurable: true,
	value: {
		runtime: {
			id: ID,
			connect,
			sendMessage: async (message: unknown) => {
				sent.push(message);
				return true;
			},
			onMessage: {
				addListener: (listener: Listener) => listeners.add(listener),
				removeListener: (listener: Listener) => listeners.delete(listener),
			},
		},
		storage: {sync: {onChanged: {addListener: (listener: StorageListener) => stored.add(listener)}}},
		i18n: {
			getMessage: (key: keyof typeof messages) => messages[key] ?? '',
		},
	},
});

/** The closed shadow roots that were made in this world: tests look in where pages can't. */
export const closedRoots: ShadowRoot[] = [];
const attachShadow = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (init) {
	const root = attachShadow.call(this, init);
	if (init.mode === 'closed') closedRoots.push(root);
	return root;
};

/** Send the content script a message, as the service worker would. */
export const send = (message: unknown, sender = {id: ID}) => {
	const answers = [...listeners].map(listener => listener(message, sender));
	return answers.find(answer => answer !== undefined);
};
