import {EngineError} from '../errors.ts';
import type {ModelConfig} from '../model/causal-lm.ts';
import {check, refusal} from './check.ts';
import type {GenerationConfig} from './config.ts';
import {createPipeline} from './pipeline.ts';
import {strategyOf} from './strategy.ts';

/**
 * Refuse what means nothing: a value out of range, or two that do not go together. Nothing is ever ignored.
 * @throws EngineError `bad-parameter` that names parameter and value.
 */
export function validateConfig(config: GenerationConfig, model: Pick<ModelConfig, 'vocabSize' | 'eosTokenId'>): void {
	const whole = (name: keyof GenerationConfig, least: number) =>
		check(name, config[name], isWhole(config[name], least), `be a whole number of at least ${least}`);

	whole('maxNewTokens', 1);
	whole('minNewTokens', 0);
	whole('numReturnSequences', 1);
	whole('numBeams', 1);
	whole('numBeamGroups', 1);
	whole('numAssistantTokens', 0);
	whole('topK', 0);
	whole('noRepeatNgramSize', 0);
	whole('seed', 0);
	check('seed', config.seed, config.seed <= 0xffff_ffff, 'be at most 4294967295');
	check('maxTime', config.maxTime, config.maxTime >= 0 && config.maxTime < Infinity, 'be seconds, at least 0');
	check('lengthPenalty', config.lengthPenalty, Number.isFinite(config.lengthPenalty), 'be a number');
	const early = config.earlyStopping;
	check('earlyStopping', early, typeof early === 'boolean' || early === 'never', 'be true, false or "never"');
	const alpha = config.penaltyAlpha;
	check('penaltyAlpha', alpha, alpha >= 0 && alpha <= 1, 'be a number from 0 to 1');
	for (const text of config.stopStrings) check('stopStrings', text, text.length > 0, 'hold no empty text');
	if (config.minNewTokens > config.maxNewTokens) {
		throw refusal('minNewTokens', config.minNewTokens, `be at most maxNewTokens (${config.maxNewTokens})`);
	}
	checkStrategy(config);
	// The stages check their own parameters.
	createPipeline({...config, doSample: true}, model);
}

const isWhole = (value: unknown, least: number) => Number.isInteger(value) && (value as number) >= least;

function checkStrategy(config: GenerationConfig): void {
	const {numBeams, numBeamGroups, numReturnSequences, diversityPenalty, topK, doSample} = config;
	switch (strategyOf(config)) {
		case 'greedy':
			check('numReturnSequences', numReturnSequences, numReturnSequences === 1, 'be 1 for greedy search');
			break;
		case 'speculative':
			check('numReturnSequences', numReturnSequences, numReturnSequences === 1, 'be 1 for speculative decoding');
			check('numBeams', numBeams, numBeams === 1, 'be 1 for speculative decoding');
			check('penaltyAlpha', config.penaltyAlpha, config.penaltyAlpha === 0, 'be 0 for speculative decoding');
			break;
		case 'contrastive':
			check('numReturnSequences', numReturnSequences, numReturnSequences === 1, 'be 1 for contrastive search');
			check('numBeams', numBeams, numBeams === 1, 'be 1 for contrastive search');
			check('doSample', doSample, !doSample, 'be false for contrastive search');
			check('topK', topK, topK >= 2, 'be at least 2 for contrastive search, which compares that many candidates');
			break;
		default:
			break;
	}
	if (numBeams > 1) {
		check(
			'numReturnSequences',
			numReturnSequences,
			numReturnSequences <= numBeams,
			`be at most numBeams (${numBeams})`,
		);
	}
	check('numBeamGroups', numBeamGroups, numBeams % numBeamGroups === 0, `divide numBeams (${numBeams})`);
	if (numBeamGroups > 1) {
		check('doSample', doSample, !doSample, 'be false for diverse beam search');
		check('diversityPenalty', diversityPenalty, diversityPenalty > 0, 'be above 0 when there are groups of beams');
	} else {
		check('diversityPenalty', diversityPenalty, diversityPenalty === 0, 'be 0 unless numBeamGroups is above 1');
	}
}

/** Memory that the continuations' caches may take. */
const MAX_SUFFIX_BYTES = 1024 ** 3;

/**
 * Bytes the continuations' key/value caches take at their longest, float32, in a step that has the old and the new ones
 * both: rows x tokens x layers x 2 x hidden size x 4 bytes x 2. A row is a continuation, a beam or a candidate.
 * @param length how many tokens a continuation can reach.
 */
export function suffixBytes(
	config: GenerationConfig,
	model: Pick<ModelConfig, 'layers' | 'hiddenSize'>,
	length = config.maxNewTokens,
): number {
	return rowsOf(config).count * length * model.layers * 2 * model.hiddenSize * 4 * 2;
}

/** @throws EngineError `out-of-memory`, before anything is computed, that says what to lower. */
export function checkMemory(
	config: GenerationConfig,
	model: Pick<ModelConfig, 'layers' | 'hiddenSize'>,
	length: number,
) {
	const bytes = suffixBytes(config, model, length);
	if (bytes <= MAX_SUFFIX_BYTES) return;
	const {count, parameter} = rowsOf(config);
	const mebibytes = (amount: number) => `${Math.ceil(amount / 1024 ** 2).toLocaleString('en')} MiB`;
	throw new EngineError(
		'out-of-memory',
		`${parameter} ${count} x ${length} new tokens would take ${mebibytes(bytes)} of memory, more than the ` +
			`${mebibytes(MAX_SUFFIX_BYTES)} allowed. Lower ${parameter} or maxNewTokens.`,
	);
}

/** How many rows are decoded at once, and the parameter that says so. */
function rowsOf(config: GenerationConfig): {count: number; parameter: keyof GenerationConfig} {
	if (config.numBeams > 1) return {count: config.numBeams, parameter: 'numBeams'};
	if (config.penaltyAlpha > 0) return {count: config.topK, parameter: 'topK'};
	return {count: config.numReturnSequences, parameter: 'numReturnSequences'};
}
