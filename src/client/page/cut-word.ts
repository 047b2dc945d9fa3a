import type {CutWord} from '../../protocol/messages/inbox.ts';
import {childNodes, isText} from './dom.ts';
import {type Boundaries, blockAround, mapText} from './text-map/text-walk.ts';

/** A part of a word, in a script that puts something between its words. */
const PART = /^(?![\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}])[\p{L}\p{M}\p{N}]$/u;

/** Letters are looked at on each side, at most. */
const MOST = 40;

/** What a selection leaves of the words that it begins and ends in; undefined where it cuts none. */
export function cutWord({startContainer, startOffset, endContainer, endOffset}: Boundaries): CutWord | undefined {
	const before = [...around(startContainer, startOffset).before].reverse();
	const {after} = around(endContainer, endOffset);
	return before.length + after.length > 0 ? {before: before.join(''), after: after.join('')} : undefined;
}

/** The letters before a place inside a word, from there on backwards, and those after it; none where no word is cut. */
function around(node: Node, offset: number): {before: string[]; after: string[]} {
	const none = {before: [], after: []};
	const block = isText(node) && blockAround(node);
	if (!block) return none;
	const map = mapText({
		startContainer: block,
		startOffset: 0,
		endContainer: block,
		endOffset: childNodes(block).length,
	});
	// At the end of its node, a place is the one after the node's last character.
	const last = map.offsetAt(node, offset - 1);
	const at = map.offsetAt(node, offset) ?? (last === null ? null : last + 1);
	if (at === null) return none;
	const letters = (text: readonly string[]) => {
		const end = text.findIndex(character => !PART.test(character));
		return text.slice(0, end < 0 ? MOST : end);
	};
	const before = letters([...map.text.slice(Math.max(0, at - MOST), at)].reverse());
	const after = letters([...map.text.slice(at, at + MOST)]);
	return before.length > 0 && after.length > 0 ? {before, after} : none;
}
