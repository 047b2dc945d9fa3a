import {DEFAULT_GENERATION} from '../parameters/registry.ts';
import type {EngineService} from './service.ts';

/** A slow model does less of it. */
const MAX_MILLISECONDS = 1000;

const GENERATION = {
	prompt: {text: 'Once upon a time, there was a language model.', appended: []},
	generation: {...DEFAULT_GENERATION, numReturnSequences: 1, maxNewTokens: 48},
};

/** Have a service do for a moment what it does for people, with a text of its own. @throws the signal's reason. */
export async function exercise(service: EngineService, signal: AbortSignal): Promise<void> {
	const limited = AbortSignal.any([signal, AbortSignal.timeout(MAX_MILLISECONDS)]);
	await service.answer('generate', GENERATION, limited, () => {});
}
