import {type Span, surprisalOf, tokensOf, wordsIn} from '../../../ui/tokens/words.ts';
import type {Item} from './items.ts';
import type {MeasuredItem, TokenMeasures} from './run.ts';

/** What has a row of its own in the table that comes out. */
export const UNITS = ['token', 'word', 'region', 'text'] as const;
export type Unit = (typeof UNITS)[number];

/** A token, word, region or text with its measures. */
export interface Measure extends Span {
	/** Place among the item's own, 1 first. */
	position: number;
	text: string;
	tokens: number;
	/** -log2 of its probability, corrected for where words end. */
	correctedBits: number;
	/** The sum of its tokens' own. */
	plainBits: number;
	/** Of its only token; null where it has several. */
	rank: number | null;
	/** Of the distribution before it, in bits. */
	entropyBits: number;
}

/** One of the texts of an item, as it is measured. */
export interface Side extends Pick<Item, 'text' | 'regions'> {
	/** '' where there is one text. */
	which: 'first' | 'second' | '';
	tokens: readonly TokenMeasures[];
}

/** The texts of an item: two of a pair. */
export const sidesOf = ({item, tokens, secondTokens}: MeasuredItem): Side[] =>
	item.second === null
		? [{which: '', text: item.text, regions: item.regions, tokens}]
		: [
				{which: 'first', text: item.text, regions: item.regions, tokens},
				{which: 'second', text: item.second, regions: item.secondRegions, tokens: secondTokens},
			];

/** Totals of a text, over its tokens as they are. */
export interface TextTotals {
	/** Code points of the text. */
	characters: number;
	bitsPerToken: number;
	bitsPerCharacter: number;
	/** 2 to the power of the bits per token. */
	perplexity: number;
}

/**
 * The measures of an item by unit. Words without a token of their own, which are inside another one's, are left out; so are regions.
 * @param tokens of its text, in order.
 */
export function measuresOf(
	{text, regions}: Pick<Item, 'text' | 'regions'>,
	tokens: readonly TokenMeasures[],
	unit: Unit,
): Measure[] {
	if (unit === 'token') return tokens.map((token, i) => measure(text, token, [token], i));
	const whole = [{start: 0, end: text.length}];
	const parts = unit === 'word' ? wordsIn(text) : unit === 'region' ? regions : whole;
	return tokensOf(text, parts, tokens)
		.map((found, i) => ({...found, i}))
		.filter(({tokens}) => tokens.length > 0)
		.map(({part, tokens, i}) => measure(text, part, tokens, i));
}

function measure(text: string, {start, end}: Span, tokens: readonly TokenMeasures[], i: number): Measure {
	const {bits, plainBits} = surprisalOf(tokens);
	return {
		position: i + 1,
		text: text.slice(start, end),
		start,
		end,
		tokens: tokens.length,
		correctedBits: bits,
		plainBits,
		rank: tokens.length === 1 ? tokens[0].rank : null,
		entropyBits: tokens[0].entropy / Math.LN2,
	};
}

/** @param tokens of the text, at least one. */
export function totalsOf(text: string, tokens: readonly TokenMeasures[]): TextTotals {
	const {plainBits} = surprisalOf(tokens);
	const characters = [...text].length;
	const bitsPerToken = plainBits / tokens.length;
	return {characters, bitsPerToken, bitsPerCharacter: plainBits / characters, perplexity: 2 ** bitsPerToken};
}
