/** What a tokenizer changes in a text before it looks for tokens, and where the text's own characters then are. */

/** The steps that can be followed back, in this order. */
export interface NormalizationSteps {
	/** Unicode's canonical composition (UAX #15), as Qwen and Pythia ask for it. */
	nfc: boolean;
	/** What comes before every stretch of text: `▁`, as in Llama 2; '' for nothing. */
	prepend: string;
	/** Whether every space becomes `▁`, as SentencePiece has it. */
	marksSpaces: boolean;
}

/** SentencePiece writes a space as this character, U+2581. */
export const SPACE_MARK = '▁';

/** A part of a normalised text, and the UTF-16 offsets of what it was made from, [start, end). */
export interface Piece {
	text: string;
	start: number;
	end: number;
	/** Whether its characters are the text's own, one for one. */
	same: boolean;
}

/**
 * Characters that may join the one before them in NFC: marks, the vowels and finals of Hangul, and the two vowel signs of Kirat Rai
 * that are letters.
 */
const JOINING = '\\p{M}\\u1161-\\u1175\\u11a8-\\u11c2\\u{16d63}\\u{16d67}';
const CLUSTERS = new RegExp(`[^${JOINING}]?[${JOINING}]*`, 'gu');

/** A stretch of text without special tokens, normalised. */
export function normalized(text: string, {nfc, prepend, marksSpaces}: NormalizationSteps): Piece[] {
	if (text === '') return [];
	const pieces = nfc ? composed(text) : [{text, start: 0, end: text.length, same: true}];
	if (marksSpaces) for (const piece of pieces) piece.text = piece.text.replaceAll(' ', SPACE_MARK);
	return prepend === '' ? pieces : [{text: prepend, start: 0, end: 0, same: false}, ...pieces];
}

function composed(text: string): Piece[] {
	const whole = text.normalize('NFC');
	const kept = {text, start: 0, end: text.length, same: true};
	if (whole === text) return [kept];
	const pieces: Piece[] = [];
	let unchangedFrom = 0;
	const keepUntil = (end: number) => {
		if (end > unchangedFrom) pieces.push({text: text.slice(unchangedFrom, end), start: unchangedFrom, end, same: true});
	};
	for (const {0: cluster, index} of text.matchAll(CLUSTERS)) {
		const changed = cluster.normalize('NFC');
		if (changed === cluster) continue;
		const end = index + cluster.length;
		keepUntil(index);
		pieces.push({text: changed, start: index, end, same: false});
		unchangedFrom = end;
	}
	keepUntil(text.length);
	// A newer Unicode may know characters that join and are none of those above.
	return joined(pieces) === whole ? pieces : [{...kept, text: whole, same: false}];
}

export const joined = (pieces: readonly Piece[]): string => pieces.map(({text}) => text).join('');

/** For every byte of what tokens spell, the UTF-16 offsets [from, to) of what it was made from in the text. */
export interface Places {
	from: Uint32Array;
	to: Uint32Array;
}

/**
 * @param pieces of the whole text, in order.
 * @param marksSpaces whether tokens spell `▁` as a space.
 */
export function placesOf(pieces: readonly Piece[], marksSpaces: boolean): Places {
	const widthOf = (code: number) =>
		code < 0x80 || (marksSpaces && code === 0x2581) ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
	let bytes = 0;
	for (const {text} of pieces) for (const character of text) bytes += widthOf(character.codePointAt(0)!);
	const places = {from: new Uint32Array(bytes), to: new Uint32Array(bytes)};
	let byte = 0;
	for (const {text, start, end, same} of pieces) {
		let offset = start;
		for (const character of text) {
			const after = byte + widthOf(character.codePointAt(0)!);
			places.from.fill(same ? offset : start, byte, after);
			offset += character.length;
			places.to.fill(same ? offset : end, byte, after);
			byte = after;
		}
	}
	return places;
}
