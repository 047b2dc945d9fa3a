import type {Refusal} from '../../../engine/errors/refusal.ts';
import type {MeasureAnswer, MeasuredEvent, MeasuredToken} from '../../../protocol/questions/measure.ts';
import type {EventOf, Params} from '../../../protocol/questions.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import type {Item} from './items.ts';

/** Texts of one request. Few enough that a table can be stopped and gone on with, and that none waits long for its events. */
const BATCH = 100;

/** What rows are made of: a token's numbers, without what it spells. */
export type TokenMeasures = Omit<MeasuredToken, keyof Token>;

/** An item with the tokens of its texts. */
export interface MeasuredItem<T extends TokenMeasures = TokenMeasures> {
	item: Item;
	tokens: readonly T[];
	/** Of the second text; none where there is no pair. */
	secondTokens: readonly T[];
	/** Why it could not be measured; null where it was. */
	refusal: Refusal | null;
}

/** Asks the engine for `measure`: over a page's port, or a service's own `answer`. */
export type AskMeasure = (
	params: Params<'measure'>,
	onEvent: (event: EventOf<'measure'>) => void,
) => Promise<MeasureAnswer>;

/** How items are measured. */
export type MeasureHow = Pick<Params<'measure'>, 'separator' | 'addSpecialTokens' | 'model'>;

/**
 * Measure items one after the other. What has been handed to `onMeasured` is whole: after a stop, go on with the items after it.
 * @param onMeasured called with each in order.
 * @returns what the model is; null where there were no items.
 * @throws whatever `ask` does, when it is taken back for instance.
 */
export async function measureItems(
	items: readonly Item[],
	how: MeasureHow,
	ask: AskMeasure,
	onMeasured: (measured: MeasuredItem<MeasuredToken>) => void,
): Promise<MeasureAnswer | null> {
	let answer: MeasureAnswer | null = null;
	for (let from = 0; from < items.length; from += BATCH) {
		const rows = items.slice(from, from + BATCH).flatMap(item => {
			const texts = item.second === null ? [item.text] : [item.text, item.second];
			return texts.map((text, i) => ({text, context: item.context, item, isLast: i === texts.length - 1}));
		});
		let first: MeasuredEvent | null = null;
		answer = await ask({...how, rows: rows.map(({text, context}) => ({text, context}))}, event => {
			if (event.kind !== 'measured') return;
			const {item, isLast} = rows[event.row];
			if (!isLast) {
				first = event;
				return;
			}
			onMeasured(together(item, first ?? event, first ? event : null));
			first = null;
		});
	}
	return answer;
}

const together = (item: Item, first: MeasuredEvent, second: MeasuredEvent | null): MeasuredItem<MeasuredToken> => ({
	item,
	tokens: first.tokens,
	secondTokens: second?.tokens ?? [],
	refusal: first.refusal ?? second?.refusal ?? null,
});
