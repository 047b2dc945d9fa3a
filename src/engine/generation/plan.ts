import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import {PAGE} from '../kernels/assembly/layout.ts';
import {type CacheShape, cacheBytesPerToken, type ModelConfig} from '../model/causal-lm.ts';
import {refusalsOfValue} from '../parameters/check.ts';
import {NEUTRAL_GENERATION, PARAMETER_NAMES} from '../parameters/registry.ts';
import {conflictsOf, strategyOf} from '../parameters/strategies.ts';
import {type GenerationConfig, isWrittenAsText} from './config.ts';
import {createPipeline, type Pipeline} from './pipeline.ts';
import {STRATEGIES} from './strategies/index.ts';
import type {Strategy} from './strategies/strategy.ts';

/** Parameters that have been checked against a model, with their strategy and pipeline. */
export interface Plan {
	readonly config: GenerationConfig;
	readonly strategy: Strategy;
	readonly pipeline: Pipeline;
}

/**
 * Check every parameter before the prompt is read: none is ever ignored.
 * @throws EngineError `bad-parameter` for a value that is not allowed, or two that do not go together, naming parameter and
 * value; `out-of-memory` for too many rows and tokens.
 */
export function planGeneration(config: GenerationConfig, model: ModelConfig): Plan {
	for (const name of PARAMETER_NAMES) {
		const refused = isWrittenAsText(name) ? null : refusalsOfValue(name, config[name]);
		if (refused) throw new EngineError('bad-parameter', refused);
	}
	// What is written as text was checked where it became ids.
	const values = {...NEUTRAL_GENERATION, ...config, formKind: 'none' as const};
	const [conflict] = conflictsOf(values);
	if (conflict) throw new EngineError('bad-parameter', conflict.refusal);
	const strategy = STRATEGIES[strategyOf(values)];
	const pipeline = createPipeline(config, model);
	checkMemory(strategy, config, model);
	return {config, strategy, pipeline};
}

/** Memory that the continuations' caches may take. */
const MAX_SUFFIX_BYTES = 1024 ** 3;

/**
 * Bytes that the continuations' keys and values take at their longest. A row is a continuation or a beam. On our kernels
 * each has pages of its own: as many as its tokens fill, and one more, since it goes on in a copy of the prompt's last page. An
 * export returns all that it was given, so a step has the old and the new ones both.
 */
export function suffixBytes(rows: number, tokens: number, model: CacheShape): number {
	const isPaged = model.cacheBytes !== undefined;
	const positions = isPaged ? PAGE * (Math.ceil(tokens / PAGE) + 1) : 2 * tokens;
	return rows * positions * cacheBytesPerToken(model);
}

function checkMemory(strategy: Strategy, config: GenerationConfig, model: ModelConfig): void {
	const parameter = strategy.rowsFrom;
	const rows = config[parameter];
	// The prompt has at least one token.
	const tokens = Math.min(config.maxNewTokens, model.contextLength - 1);
	const bytes = suffixBytes(rows, tokens, model);
	if (bytes <= MAX_SUFFIX_BYTES) return;
	const mebibytes = (amount: number) => Math.ceil(amount / 1024 ** 2);
	throw new EngineError(
		'out-of-memory',
		refuse('rows-memory', {
			parameter,
			rows,
			tokens,
			needed: mebibytes(bytes),
			allowed: mebibytes(MAX_SUFFIX_BYTES),
		}),
	);
}
