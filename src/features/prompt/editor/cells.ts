import type {Token} from '../../../protocol/values/prompt.ts';
import {type Characters, charactersOf} from '../../../ui/tokens/characters.ts';
import {visibleParts} from '../../../ui/tokens/token-text.ts';

/** A cell of the prompt: the characters that some of its tokens spell together. */
export interface Cell extends Characters {
	/** Empty for bytes that never become a character. */
	text: string;
}

/** Group tokens so that every group spells whole characters. */
export const cellsOf = (tokens: readonly Token[]): Cell[] =>
	charactersOf(tokens).map(({text, tokens}) => ({text: text ?? '', tokens}));

/** A stretch of the editor's text: a cell, or text that has no tokens (yet, or because it is past the context). */
export type PromptStretch = {kind: 'cell'; cell: Cell} | {kind: 'unread' | 'pending'; text: string};

/** The text that a stretch covers. */
export const textOf = (stretch: PromptStretch) => (stretch.kind === 'cell' ? stretch.cell.text : stretch.text);

/**
 * Place cells on their text, from its end: text before the first cell is outside the context. Each then has the text's own
 * characters; a space that the tokenizer has put before a text has no place in it.
 */
export function layOut(shown: string, cells: readonly Cell[]): PromptStretch[] {
	const stretches: PromptStretch[] = [];
	let end = shown.length;
	for (let last = cells.length - 1; last >= 0; last--) {
		const found = lastCell(shown.slice(0, end), cells, last);
		if (!found || (end === 0 && cells[last].text !== '')) break;
		const {start, first} = found;
		const tokens = cells.slice(first, last + 1).flatMap(cell => cell.tokens);
		if (start < end || cells[last].text === '')
			stretches.unshift({kind: 'cell', cell: {text: shown.slice(start, end), tokens}});
		end = start;
		last = first;
	}
	if (end > 0) stretches.unshift({kind: 'unread', text: shown.slice(0, end)});
	return stretches;
}

/** Cells that share characters where a tokenizer has composed the text's own (NFC) in another way than they stand there. */
const MOST_SHARING = 4;
/** Characters of a text that become one in NFC. */
const MOST_COMPOSED = 3;

/** Which cells a text ends with: one as a rule. Null where it has another end. */
function lastCell(text: string, cells: readonly Cell[], last: number): {start: number; first: number} | null {
	let spelled = '';
	for (let first = last; first >= 0 && last - first < MOST_SHARING; first--) {
		spelled = cells[first].text + spelled;
		const start = startOf(spelled, text);
		if (start !== null) return {start, first};
	}
	return null;
}

/** Where what is spelled begins at the end of a text. */
function startOf(spelled: string, text: string): number | null {
	const exact = text.length - spelled.length;
	if (text.endsWith(spelled)) return exact;
	const least = Math.max(0, text.length - MOST_COMPOSED * spelled.length);
	for (let start = text.length - 1; start >= least; start--) if (asRead(text.slice(start)) === spelled) return start;
	return spelled.startsWith(' ') && text.endsWith(spelled.slice(1)) ? exact + 1 : null;
}

/** What a tokenizer may make of a text: characters composed, and SentencePiece's mark for a space read as one. */
const asRead = (text: string) => text.normalize('NFC').replaceAll('▁', ' ');

/**
 * Text that was edited since its tokens came: the cells before and after the edit stay, the text between waits. So a
 * key press changes only the cells around it.
 */
export function layOutStale(shown: string, old: readonly PromptStretch[]): PromptStretch[] {
	let start = 0;
	let first = 0;
	while (first < old.length) {
		const text = textOf(old[first]);
		if (!shown.startsWith(text, start)) break;
		start += text.length;
		first++;
	}
	let end = shown.length;
	let last = old.length;
	while (last > first) {
		const text = textOf(old[last - 1]);
		if (end - text.length < start || !shown.endsWith(text, end)) break;
		end -= text.length;
		last--;
	}
	const pending: PromptStretch[] = end > start ? [{kind: 'pending', text: shown.slice(start, end)}] : [];
	return [...old.slice(0, first), ...pending, ...old.slice(last)];
}

/** Whether a cell cannot be seen as it is: bytes that never become a character, or a character that cannot be seen. */
export const needsSpelling = ({text}: Cell) =>
	text === '' || visibleParts(text).some(part => part.kind === 'mark' && !/[ \n\t]/.test(part.raw));

/** The token that ends at or spans a position of the text, and the one after which a class would be appended. */
export function cellAt(stretches: readonly PromptStretch[], position: number): Cell | null {
	let start = 0;
	for (const stretch of stretches) {
		const end = start + textOf(stretch).length;
		if (position > start && position <= end) return stretch.kind === 'cell' ? stretch.cell : null;
		start = end;
	}
	return null;
}
