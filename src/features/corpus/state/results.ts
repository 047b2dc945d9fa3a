import type {Refusal} from '../../../engine/errors/refusal.ts';
import {surprisalOf} from '../../../ui/tokens/words.ts';
import type {Item} from '../measure/items.ts';
import {columnNames, csvLines, headerBlock, type Provenance, pairColumns, pairRow, rowsOf} from '../measure/output.ts';
import {type Pair, pairOf} from '../measure/pairs.ts';
import {measuresOf, type TextTotals, totalsOf} from '../measure/rows.ts';
import type {MeasuredItem} from '../measure/run.ts';
import type {Output} from './form.ts';
import {type Packed, pack, unpack} from './packed.ts';

type Cell = string | number;

/** What is known of a measured item at once, without its tokens. */
export interface Result {
	item: Item;
	/** Why it could not be measured; null where it was. */
	refusal: Refusal | null;
	/** Of the text; null where it could not be measured. */
	totals: (TextTotals & {bits: number; plainBits: number; tokens: number}) | null;
	/** In bits, corrected, by the place of the region in its text, from 1. */
	regions: {position: number; bits: number}[];
	pair: Pair | null;
	/** Index of the model that measured it. */
	model: number;
}

interface Kept {
	result: Result;
	tokens: Packed;
	second: Packed;
}

/** What a measure depends on. */
const SAME = ['row', 'text', 'context', 'second'] as const satisfies (keyof Item)[];

function resultOf(measured: MeasuredItem, model: number): Result {
	const {item, tokens, refusal} = measured;
	const {bits, plainBits} = surprisalOf(tokens);
	const totals = refusal ? null : {...totalsOf(item.text, tokens), bits, plainBits, tokens: tokens.length};
	const regions = measuresOf(item, tokens, 'region').map(({position, correctedBits}) => ({
		position,
		bits: correctedBits,
	}));
	return {item, refusal, totals, regions, pair: pairOf(measured), model};
}

/** All that has been measured, in the order of the table. */
export class Results {
	readonly #models: Provenance[] = [];
	readonly #kept: Kept[] = [];
	/** Rows that were made for the page: few of ten thousand items may have any. */
	#first: {output: Output; upTo: number; rows: Cell[][]} | null = null;

	get length(): number {
		return this.#kept.length;
	}

	/** The models that have measured anything, in the order in which they began. */
	get models(): Provenance[] {
		const used = new Set(this.#kept.map(({result}) => result.model));
		return this.#models.filter((_, i) => used.has(i));
	}

	/** The index of a model, which is new or has measured before. */
	modelOf(from: Provenance): number {
		const key = (one: Provenance) => JSON.stringify([one.model, one.revision, one.dtype, one.how]);
		const found = this.#models.findIndex(one => key(one) === key(from));
		return found >= 0 ? found : this.#models.push(from) - 1;
	}

	add(measured: MeasuredItem, model: number): void {
		const {tokens, secondTokens} = measured;
		this.#kept.push({result: resultOf(measured, model), tokens: pack(tokens), second: pack(secondTokens)});
	}

	/**
	 * The same measures for the same texts, of which other things are said: conditions, regions, which one is right. Null where
	 * these are other texts.
	 */
	ofItems(items: readonly Item[]): Results | null {
		const isSame = ({result}: Kept, i: number) => SAME.every(name => result.item[name] === items[i]?.[name]);
		if (!this.#kept.every(isSame)) return null;
		const next = new Results();
		next.#models.push(...this.#models);
		for (const [i, {result, tokens, second}] of this.#kept.entries()) {
			const measured = {...this.measured(i), item: items[i]};
			next.#kept.push({result: resultOf(measured, result.model), tokens, second});
		}
		return next;
	}

	/** The model of all results from an index on, once it has said which one it is. */
	measuredBy(model: number, from: number): void {
		for (const {result} of this.#kept.slice(from)) {
			if (result.model !== model) this.#first = null;
			result.model = model;
		}
	}

	get all(): Result[] {
		return this.#kept.map(({result}) => result);
	}

	/** A result with the tokens of its texts. */
	measured(i: number): MeasuredItem {
		const {result, tokens, second} = this.#kept[i];
		return {item: result.item, refusal: result.refusal, tokens: unpack(tokens), secondTokens: unpack(second)};
	}

	/** The rows of one result, each with the model that measured it. */
	rows(i: number, output: Output): Cell[][] {
		const measured = this.measured(i);
		const {model} = this.#models[this.#kept[i].result.model];
		if (output !== 'pair') return rowsOf(measured, output).map(row => [...row, model]);
		const row = pairRow(measured);
		return row ? [[...row, model]] : [];
	}

	/** The first rows of the table. */
	firstRows(output: Output, most: number): Cell[][] {
		if (this.#first?.output !== output) this.#first = {output, upTo: 0, rows: []};
		const {rows} = this.#first;
		while (this.#first.upTo < this.length && rows.length < most) rows.push(...this.rows(this.#first.upTo++, output));
		return rows.slice(0, most);
	}

	/** What stands above the rows in a file. */
	head(output: Output): string {
		return `${headerBlock(this.models, output)}\r\n${csvLines([this.columns(output)])}`;
	}

	/** The columns of the table, the last of which names the model. */
	columns(output: Output): string[] {
		const like = this.#kept[0]?.result.item;
		return [...(output === 'pair' ? pairColumns(like) : columnNames(output, like)), 'model'];
	}

	/** Rows of a file: those of the results from one index to before another. */
	lines(output: Output, from: number, to: number): string {
		let lines = '';
		for (let i = from; i < to; i++) lines += csvLines(this.rows(i, output));
		return lines;
	}
}
