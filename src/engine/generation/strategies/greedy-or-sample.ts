import {argmax, logSumExp} from '../../math/math.ts';
import {type RandomStream, randomStream} from '../../math/random.ts';
import type {Step} from '../../model/causal-lm.ts';
import {
	Classification,
	type Continuation,
	continuationOf,
	type Decoding,
	type Row,
	rowAt,
	type TokenChoice,
	withMemory,
} from '../continuation.ts';
import {classAt} from '../draw.ts';
import {idAt} from '../kept-classes.ts';
import type {Memory} from '../logits-processor.ts';
import type {Strategy} from './strategy.ts';

interface LiveRow {
	readonly index: number;
	readonly ids: number[];
	readonly tokens: TokenChoice[];
	readonly random: RandomStream;
	memory?: Memory;
}

/**
 * Greedy search, or multinomial sampling of N continuations as one batch over the shared prompt. Each continuation has
 * its own random stream; one that ends leaves the batch.
 */
async function greedyOrSample(decoding: Decoding): Promise<Continuation[]> {
	const {model, prefix, config, stopping, hooks} = decoding;
	const continuations: Continuation[] = [];
	let live: LiveRow[] = Array.from({length: config.numReturnSequences}, (_, index) => ({
		index,
		ids: [],
		tokens: [],
		random: randomStream(config.seed, index),
		memory: hooks.memory,
	}));
	let step: Step | null = null;

	while (live.length > 0) {
		hooks.signal?.throwIfAborted();
		const choose = chooser(decoding, step);
		const tokens = live.map((branch, row) => ({branch: branch.index, token: choose(branch, row)}));
		hooks.onTokens?.(tokens);

		const rows: number[] = [];
		for (const [row, branch] of live.entries()) {
			const reason = stopping.reasonAfter(branch.ids);
			if (reason === null) rows.push(row);
			else {
				continuations[branch.index] = continuationOf(branch.tokens, reason, decoding);
				hooks.onFinished?.(branch.index, reason);
			}
		}
		if (rows.length === 0) break;
		const branches = step && rows.length < live.length ? model.select(step.branches, rows) : (step?.branches ?? null);
		live = rows.map(row => live[row]);
		step = await model.extend(
			prefix,
			branches,
			live.map(branch => [branch.ids[branch.ids.length - 1]]),
			// Every class has been chosen from the last step's logits.
			{signal: hooks.signal, into: step?.logits},
		);
	}
	return continuations;
}

export const GREEDY_OR_SAMPLE: Strategy = {
	rowsFrom: 'numReturnSequences',
	decode: async decoding => ({continuations: await greedyOrSample(decoding), trace: null}),
};

/** Chooses and appends the next class of a branch, from the step's logits or, before the first step, the prompt's. */
function chooser({model, prefix, config, pipeline, hooks}: Decoding, step: Step | null) {
	const scored = (row: Row, generated: readonly number[], memory?: Memory) => {
		const kept = pipeline.keep(row.logits, {prompt: prefix.ids, generated, against: row.against, memory});
		return {kept, total: config.doSample ? logSumExp(kept.scores) : 0, classification: new Classification(row)};
	};
	const first = step ? null : scored(prefix, [], hooks.memory);
	return (branch: LiveRow, row: number): TokenChoice => {
		const {kept, total, classification} =
			first ?? scored(rowAt(step!, row, model.config.vocabSize), branch.ids, branch.memory);
		const number = config.doSample ? branch.random.next() : undefined;
		const place = number === undefined ? argmax(kept.scores) : classAt(kept.scores, number, total).id;
		const id = idAt(kept, place);
		const token = classification.choose(id, config.doSample ? kept.scores[place] - total : 0, number);
		branch.ids.push(id);
		branch.memory = pipeline.accept(token.samplingLogProb, branch.memory);
		branch.tokens.push(withMemory(token, branch.memory));
		return token;
	};
}
