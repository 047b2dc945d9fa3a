import {type EngineClient, EngineRequestError, type RequestOptions} from '../../src/client/engine-client.ts';
import type {ClassesAnswer} from '../../src/protocol/questions/classes.ts';
import type {GeneratedToken} from '../../src/protocol/questions/generate.ts';
import type {Answer, EventOf, Method, Params} from '../../src/protocol/questions.ts';

/** A question the fake engine was asked, for the test to answer. */
export interface Asked<M extends Method = Method> {
	method: M;
	params: Params<M>;
	cancelled: boolean;
	event(event: EventOf<M>): void;
	answer(answer: Answer<M>): void;
	fail(code: EngineRequestError['code'], message: string): void;
}

/** An engine that answers when the test says so, and with what it says. */
export class FakeEngine implements EngineClient {
	readonly asked: Asked[] = [];

	request<M extends Method>(method: M, params: Params<M>, {signal, onEvent}: RequestOptions<M> = {}) {
		return new Promise<Answer<M>>((resolve, reject) => {
			const asked: Asked<M> = {
				method,
				params,
				cancelled: false,
				event: event => onEvent?.(event),
				answer: resolve,
				fail: (code, message) => reject(new EngineRequestError(code, message)),
			};
			signal?.addEventListener('abort', () => {
				asked.cancelled = true;
				reject(new EngineRequestError('cancelled', 'Cancelled.'));
			});
			this.asked.push(asked as unknown as Asked);
		});
	}

	hold() {}

	dispose() {}

	/** What was asked with this method, oldest first. */
	of<M extends Method>(method: M): Asked<M>[] {
		return this.asked.filter(asked => asked.method === method) as unknown as Asked<M>[];
	}

	/** The latest question with this method. */
	last<M extends Method>(method: M): Asked<M> {
		const found = this.of(method).at(-1);
		if (!found) throw new Error(`Nobody has asked for ${method}.`);
		return found;
	}
}

/** An answer of three classes, of which sampling keeps two. */
export const classesAnswer = (tokens: string[], words = [' man', ' king', ' octopus']): ClassesAnswer => {
	const probabilities = [0.6, 0.3, 0.1];
	const rows = words.map((text, i) => ({
		id: 500 + i,
		text,
		rank: i + 1,
		logit: -30 - i,
		probability: probabilities[i],
		samplingRank: i + 1,
		samplingProbability: i < 2 ? probabilities[i] / 0.9 : 0,
		kept: i < 2,
		end: false,
	}));
	return {
		tokens: tokens.map((text, i) => ({id: i, text})),
		dropped: 0,
		beginning: [],
		fromEndOfText: tokens.length === 0,
		vocabSize: 50_257,
		model: rows,
		entropyBits: 1.295,
		sampling: rows,
		samplingEntropyBits: 0.918,
		keptCount: 2,
		keptProbability: 0.9,
		bands: {model: [1, 0, 0, 0], kept: [0.9, 0, 0, 0], sampling: [1, 0, 0, 0]},
	};
};

export const generated = (text: string, rank = 1, probability = 0.5): GeneratedToken => ({
	id: text.length,
	text,
	logProb: Math.log(probability),
	samplingLogProb: Math.log(probability),
	rank,
	top: [{id: 1, text: ' first', probability: 0.5}],
});
