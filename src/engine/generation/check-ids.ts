import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import type {ParameterName} from '../parameters/registry.ts';
import type {GenerationConfig} from './config.ts';

/** @throws EngineError `bad-parameter` when a parameter names a class that the model has not. */
export function checkIds(config: GenerationConfig, vocabSize: number): void {
	const named: Partial<Record<ParameterName, readonly number[]>> = {
		sequenceBias: config.sequenceBiases.flatMap(({ids}) => ids),
		suppressTokens: config.suppressTokensIds,
		beginSuppressTokens: config.beginSuppressTokensIds,
		negativePrompt: config.negativePromptIds ?? [],
		eosTokenId: config.eosTokenId,
		forcedEosTokenId: config.forcedEosTokenId,
	};
	for (const [parameter, ids] of Object.entries(named)) {
		const unknown = ids.find(id => !(Number.isInteger(id) && id >= 0 && id < vocabSize));
		if (unknown === undefined) continue;
		throw new EngineError('bad-parameter', refuse('parameter-classes', {parameter, last: vocabSize - 1, id: unknown}));
	}
}
