import {expect, test} from 'vitest';
import type {CrossedEvent, Params, ScoreAnswer} from '../../../src/protocol/engine.ts';
import {EngineService} from '../../../src/service/service.ts';
import {openServedModel} from '../../helpers/bundled-model.ts';

const service = new EngineService(openServedModel);
const never = new AbortController().signal;

async function crossed(params: Params<'binoculars'>, signal = never) {
	const events: CrossedEvent[] = [];
	const answer = await service.answer('binoculars', params, signal, event => {
		if ((event as {kind: string}).kind === 'crossed') events.push(event as CrossedEvent);
	});
	return {events, answer};
}

test('texts are read by the model and its first blocks: the perplexity is that of the passage', async () => {
	const texts = ['The old man opened the door and saw his face.', 'Once upon a time there was a king.'];
	const {events, answer} = await crossed({texts, most: 1000, model: 'draft'});
	expect(events.map(({row}) => row)).toEqual([0, 1]);
	const score = (await service.answer('score', {text: texts[0]}, never, () => {})) as ScoreAnswer;
	expect(events[0].tokens).toBe(score.tokenCount);
	expect(events[0].logProb).toBeCloseTo(score.logProb, 3);
	expect(events[0].crossEntropy).toBeGreaterThan(0);
	expect(answer).toMatchObject({first: 'gpt2-mini', second: expect.stringContaining('first 5 of 6 blocks')});
});

test('only so many tokens of each are read, and the question can be taken back', async () => {
	const texts = ['The old man opened the door and saw his face.'];
	expect((await crossed({texts, most: 3, model: 'draft'})).events[0].tokens).toBe(3);
	const controller = new AbortController();
	controller.abort();
	await expect(crossed({texts, most: 3, model: 'draft'}, controller.signal)).rejects.toThrow(/abort/i);
});
