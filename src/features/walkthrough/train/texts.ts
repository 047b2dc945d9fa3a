import type {PlainKey} from '../../../client/browser/i18n.ts';
import {SHAPE} from './trainer/shape.ts';
import {shortestText} from './trainer/text.ts';
import jack from './trainer/texts/jack.txt?raw';
import thousand from './trainer/texts/thousand.txt?raw';
import willie from './trainer/texts/willie.txt?raw';

/** A text that comes with the extension, and a prompt that suits it. */
export interface Shipped {
	id: string;
	title: PlainKey;
	text: string;
	prompt: string;
}

export const SHIPPED: readonly Shipped[] = [
	{id: 'willie', title: 'walk_train_text_willie', text: willie, prompt: 'Willie '},
	{id: 'jack', title: 'walk_train_text_jack', text: jack, prompt: 'This is the '},
	{id: 'thousand', title: 'walk_train_text_thousand', text: thousand, prompt: '天'},
];

/** The reader's own text, which is at the top of the page; and the article of the page that it came from. */
export const OWN = 'own';
export const ARTICLE = 'article';

export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
/** Bytes that a text must have. */
export const LEAST = shortestText(SHAPE.contextLength);

/** A prompt for a text that we do not know: its first word. */
export const firstWord = (text: string): string => /^\s*(\S{1,20})/.exec(text)?.[1].concat(' ') ?? '';
