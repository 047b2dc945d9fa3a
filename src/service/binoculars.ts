import {EngineError} from '../engine/errors.ts';
import {crossSums} from '../engine/scoring/binoculars.ts';
import type {BinocularsAnswer, Params} from '../protocol/engine.ts';
import {refuse} from '../refusals/refusal.ts';
import type {Call} from './call.ts';
import {withModel} from './which-model.ts';

/** The beginning of each text by two models of one vocabulary. Texts are streamed one by one. */
export const answerBinoculars = (
	{texts, most, model}: Params<'binoculars'>,
	call: Call<'binoculars'>,
): Promise<BinocularsAnswer> =>
	withModel(call.model, model, async second => {
		const {lm, tokenizer, id} = call.model;
		if (!tokenizer.hasTokensOf(second.model.tokenizer))
			throw new EngineError('bad-parameter', refuse('other-vocabulary', {first: id, second: second.name}));
		const {bosTokenId} = lm.config;
		const start = tokenizer.beginning.length > 0 ? tokenizer.beginning : bosTokenId === null ? [] : [bosTokenId];
		const room = Math.min(lm.config.contextLength, second.model.lm.config.contextLength) - start.length;
		for (const [row, text] of texts.entries()) {
			await tokenizer.prepare(text, call.signal);
			const ids = tokenizer.encode(text).slice(0, Math.min(most, room));
			// Without a token that begins a text, its own first one does.
			const [begin, rest] = start.length > 0 ? [start, ids] : [ids.slice(0, 1), ids.slice(1)];
			if (begin.length === 0) throw new EngineError('bad-parameter', refuse('passage-empty'));
			const options = {signal: call.signal, beforeRun: call.turn};
			call.emit({kind: 'crossed', row, ...(await crossSums(lm, second.model.lm, begin, rest, options))});
		}
		return {first: id, second: second.name};
	});
