/**
 * White space as CSS collapses it, one text node after another, with the way back from every character to where it
 * is in the DOM. Knows nothing of layout: the caller says what is a block, a cell, an atomic inline.
 *
 * How white space changes (CSS Text 3, section 4.1; `innerText` does the same):
 * - a run of collapsible white space becomes one space. It maps to the part of its run that is in the node where
 *   the run begins; what the run has in later nodes maps to nothing.
 * - white space at the start or the end of a block, or beside `<br>`, is dropped.
 * - blocks begin on a new line, paragraphs after an empty line, table cells after a tab. These characters are nowhere in the DOM.
 * - preserved white space (`pre`) is kept as it is, but for a carriage return, which CSS shows as a space.
 * - soft hyphens and zero-width spaces say where a line may break and are not text: they are dropped.
 */

/** How a text node's white space is treated: `white-space-collapse` of its parent. */
export type WhiteSpace = 'collapse' | 'preserve' | 'preserve-breaks';

/**
 * A stretch of text in one node. A copy has `domLength === length`, character by character; a collapsed
 * run of white space has `length` 1 and a longer `domLength`.
 */
export interface Segment<N> {
	node: N;
	/** UTF-16 offset into the text. */
	start: number;
	length: number;
	/** UTF-16 offset into the node's data. */
	domStart: number;
	domLength: number;
}

interface SpaceRun<N> {
	node: N;
	start: number;
	length: number;
}

const COLLAPSIBLE = /[ \t\n\r\f]+|[^ \t\n\r\f]+/g;
const PRESERVED_BREAKS = /[ \t\r\f]*\n[ \t\r\f]*|[ \t\r\f]+|[^ \t\n\r\f]+/g;
const BREAK_HINTS = /[\u00ad\u200b]+/g;

export class TextBuilder<N> {
	readonly segments: Segment<N>[] = [];
	#text: string[] = [];
	#length = 0;
	/** Stretches added so far, those before the passage with them. */
	#added = 0;
	/** Collapsible white space that shows only if something follows it on its line. */
	#space: SpaceRun<N> | null = null;
	/** True at the start of a line, where collapsible white space does not show. */
	#lineStart = true;
	/** Line breaks owed before the next text. */
	#breaks = 0;
	#tabs = 0;
	/** Preserved line breaks that the text ends with already. */
	#trailingBreaks = 0;
	/** A zero-width space swallows a line break beside it. */
	#afterZeroWidth = false;
	/** The state outside the inline-blocks and cells that are open. */
	#contexts: {added: number; space: SpaceRun<N> | null; lineStart: boolean}[] = [];
	/** Before the passage begins, text only decides whether a space at its start shows. */
	#muted = true;

	get length() {
		return this.#length;
	}

	/** Text that the node shows between two offsets of its data. */
	add(node: N, data: string, from: number, to: number, whiteSpace: WhiteSpace) {
		const slice = data.slice(from, to);
		if (whiteSpace === 'preserve') {
			this.#preserved(node, slice, from);
			return;
		}
		for (const match of slice.matchAll(whiteSpace === 'collapse' ? COLLAPSIBLE : PRESERVED_BREAKS)) {
			const run = match[0];
			const at = from + match.index;
			const blank = /^[ \t\n\r\f]/.test(run);
			if (!blank) this.#content(node, run, at);
			else if (whiteSpace === 'preserve-breaks' && run.includes('\n')) {
				this.#space = null;
				this.#emit(node, '\n', at + run.indexOf('\n'), 1);
			} else {
				const swallowed = run.includes('\n') && (this.#afterZeroWidth || data.charCodeAt(at + run.length) === 0x200b);
				if (!this.#lineStart && !this.#space && !swallowed) this.#space = {node, start: at, length: run.length};
			}
		}
	}

	/** The passage begins here. What was added before is its context, not its text. */
	open() {
		if (!this.#muted) return;
		this.#muted = false;
		// The run's first space is the one that shows, and it is before the passage.
		if (this.#space) this.#lineStart = true;
		this.#space = null;
		for (const context of this.#contexts) context.space = null;
	}

	/** The edge of a block: what follows is on a new line; `required` 2 leaves an empty line, as around a paragraph. */
	block(required: 1 | 2) {
		if (!this.#endLine()) return;
		this.#tabs = 0;
		this.#breaks = Math.max(this.#breaks, required - this.#trailingBreaks);
	}

	/** `<br>` */
	lineBreak() {
		if (this.#endLine()) this.#breaks += 1;
	}

	/** An inline-block begins: outside it is like a letter, inside like a block. */
	enterAtomic() {
		this.#contexts.push({added: this.#added, space: this.#space, lineStart: this.#lineStart});
		this.#lineStart = true;
	}

	leaveAtomic() {
		const outside = this.#contexts.pop();
		if (!outside) return;
		const empty = outside.added === this.#added;
		this.#space = empty ? outside.space : null;
		this.#lineStart = empty && outside.lineStart;
		if (!empty) this.#breaks = 0;
	}

	enterCell() {
		this.#endLine();
		this.#contexts.push({added: this.#added, space: null, lineStart: true});
	}

	/** @param last whether it was the last cell of its row */
	leaveCell(last: boolean) {
		this.#endLine();
		const outside = this.#contexts.pop();
		if (outside && outside.added < this.#added) this.#breaks = 0;
		if (!last && this.#length > 0) this.#tabs += 1;
	}

	text() {
		return this.#text.join('');
	}

	/** @returns false where there is no line to end: there is nothing yet in the text, or in the innermost context. */
	#endLine() {
		const context = this.#contexts.at(-1);
		const empty = this.#added === (context?.added ?? 0);
		// The space before an inline-block is not one at the start of what is in it.
		this.#space = (empty && context?.space) || null;
		this.#lineStart = true;
		this.#afterZeroWidth = false;
		return !empty && this.#length > 0;
	}

	#preserved(node: N, slice: string, from: number) {
		for (const match of slice.matchAll(/[\n\r]|[^\n\r]+/g)) {
			const run = match[0];
			if (run === '\n') this.#emit(node, '\n', from + match.index, 1);
			else if (run === '\r') this.#emit(node, ' ', from + match.index, 1);
			else this.#content(node, run, from + match.index);
		}
	}

	/** Visible characters, without the hints for line breaking among them. */
	#content(node: N, run: string, at: number) {
		let from = 0;
		for (const hint of run.matchAll(BREAK_HINTS)) {
			if (hint.index > from) this.#emit(node, run.slice(from, hint.index), at + from, hint.index - from);
			from = hint.index + hint[0].length;
			if (hint[0].endsWith('\u200b')) this.#afterZeroWidth = true;
		}
		if (from < run.length) this.#emit(node, run.slice(from), at + from, run.length - from);
	}

	#emit(node: N, text: string, domStart: number, domLength: number) {
		this.#settle();
		this.#push(node, text, domStart, domLength);
		const newline = text === '\n';
		this.#trailingBreaks = newline ? this.#trailingBreaks + 1 : 0;
		this.#lineStart = newline;
		this.#afterZeroWidth = false;
	}

	/** Write the breaks, tabs or the space that are owed before the next character. */
	#settle() {
		const owed = '\n'.repeat(this.#breaks) + '\t'.repeat(this.#tabs);
		this.#breaks = 0;
		this.#tabs = 0;
		if (owed) {
			this.#text.push(owed);
			this.#length += owed.length;
		} else if (this.#space) this.#push(this.#space.node, ' ', this.#space.start, this.#space.length);
		this.#space = null;
	}

	#push(node: N, text: string, domStart: number, domLength: number) {
		this.#added += 1;
		if (this.#muted) return;
		const last = this.segments.at(-1);
		const copy = text.length === domLength;
		if (
			last &&
			copy &&
			last.node === node &&
			last.length === last.domLength &&
			last.start + last.length === this.#length &&
			last.domStart + last.domLength === domStart
		) {
			last.length += text.length;
			last.domLength += domLength;
		} else this.segments.push({node, start: this.#length, length: text.length, domStart, domLength});
		this.#text.push(text);
		this.#length += text.length;
	}
}
