import {describe, expect, test} from 'vitest';
import type {Item} from '../../../../src/features/corpus/measure/items.ts';
import {type AskMeasure, type MeasuredItem, measureItems} from '../../../../src/features/corpus/measure/run.ts';
import type {MeasureAnswer, MeasuredEvent} from '../../../../src/protocol/questions/measure.ts';
import type {ScoredToken} from '../../../../src/protocol/questions/score.ts';
import type {Params} from '../../../../src/protocol/questions.ts';
import {EngineService} from '../../../../src/service/service.ts';
import {surprisalOf} from '../../../../src/ui/tokens/words.ts';
import {openServedModel} from '../../../helpers/bundled-model.ts';
import {bareItem} from '../../../helpers/item.ts';

const service = new EngineService(openServedModel);
const never = new AbortController().signal;

async function measure(rows: Params<'measure'>['rows'], more: Partial<Params<'measure'>> = {}, signal = never) {
	const events: MeasuredEvent[] = [];
	const answer = await service.answer('measure', {rows, ...more}, signal, event => {
		if ((event as {kind: string}).kind === 'measured') events.push(event as MeasuredEvent);
	});
	return {events, answer: answer as MeasureAnswer};
}
async function score(text: string) {
	const tokens: ScoredToken[] = [];
	await service.answer('score', {text}, never, event => {
		if ((event as {kind: string}).kind === 'scored') tokens.push(...(event as {tokens: ScoredToken[]}).tokens);
	});
	return tokens;
}

describe('texts scored together', () => {
	test('have the numbers of each alone, in order, and the model is named', async () => {
		const texts = ['The old man opened the door.', 'A matron.', '\nTwo lines\nhere'];
		const {events, answer} = await measure(texts.map(text => ({text})));
		expect(events.map(({row, refusal}) => [row, refusal])).toEqual([
			[0, null],
			[1, null],
			[2, null],
		]);
		for (const [i, text] of texts.entries()) {
			const alone = (await score(text)).map(({top: _, ...token}) => token);
			expect(events[i].tokens).toEqual(alone);
		}
		expect(answer).toMatchObject({model: 'gpt2-mini', dtype: 'int8', contextLength: 1024, vocabSize: 50_257});
	});

	test('a context is read and not counted: the numbers are those of the whole text', async () => {
		const [context, text] = ['The old man opened the door.', 'He saw his face.'];
		const whole = await score(`${context} ${text}`);
		const {events} = await measure([
			{context, text},
			{context: `${context} `, text},
			{context: '', text},
		]);
		const [joined, spaced, alone] = events.map(({tokens}) => tokens);
		const own = whole.slice(-joined.length);
		expect(joined.map(({logProb, corrected, rank}) => [logProb, corrected, rank])).toEqual(
			own.map(({logProb, corrected, rank}) => [logProb, corrected, rank]),
		);
		expect(joined[0]).toMatchObject({text: ' He', start: 0, end: 2});
		expect(joined.at(-1)!.end).toBe(text.length);
		// The border between the two is one of words: the context's end is not counted for the text.
		expect(surprisalOf(joined).bits).not.toBeCloseTo(surprisalOf(alone).bits, 1);
		expect(spaced.map(({logProb}) => logProb)).toEqual(joined.map(({logProb}) => logProb));
		expect(alone.map(({logProb}) => logProb)).toEqual((await score(text)).map(({logProb}) => logProb));
	});

	test('without a separator a context may end within a word', async () => {
		const {events} = await measure([{context: 'The ma', text: 'tron.'}], {separator: ''});
		expect(events[0].tokens.map(({start}) => start)[0]).toBe(0);
		expect(events[0].tokens.at(-1)!.end).toBe(5);
	});

	test('one that is too long or empty is said to be, and the others go on', async () => {
		const {events} = await measure([{text: 'one '.repeat(1100)}, {text: ''}, {text: 'Fine.'}]);
		expect(events.map(({refusal}) => refusal?.code ?? null)).toEqual(['too-long', 'passage-empty', null]);
		expect(events[2].tokens).toHaveLength(2);
	});

	test('stop when they are taken back, and keep what was done', async () => {
		const controller = new AbortController();
		const items = Array.from({length: 5}, (_, i) => bareItem({row: i + 2, text: `Text ${i}.`}));
		const ask =
			(signal: AbortSignal): AskMeasure =>
			(params, onEvent) =>
				service.answer('measure', params, signal, event => onEvent(event as MeasuredEvent)) as Promise<MeasureAnswer>;
		const done: MeasuredItem[] = [];
		const first = measureItems(items, {}, ask(controller.signal), one => {
			if (done.push(one) === 2) controller.abort();
		});
		await expect(first).rejects.toThrow(/abort/i);
		expect(done).toHaveLength(2);
		await measureItems(items.slice(done.length), {}, ask(never), one => done.push(one));
		expect(done.map(({item}) => item.row)).toEqual([2, 3, 4, 5, 6]);
	});

	test('pairs share their context, and are measured together', async () => {
		const item: Item = {
			row: 2,
			item: '',
			condition: '',
			context: 'The old man opened the door and',
			text: 'saw his face.',
			regions: [],
			second: 'saw his his.',
			secondRegions: [],
			by: 'text',
			others: {},
			right: 'first',
		};
		const ask: AskMeasure = (params, onEvent) =>
			service.answer('measure', params, never, event => onEvent(event as MeasuredEvent)) as Promise<MeasureAnswer>;
		const done: MeasuredItem[] = [];
		await measureItems([item], {}, ask, one => done.push(one));
		expect(done).toHaveLength(1);
		expect(surprisalOf(done[0].tokens).plainBits).toBeLessThan(surprisalOf(done[0].secondTokens).plainBits);
	});
});
