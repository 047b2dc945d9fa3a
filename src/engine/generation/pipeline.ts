import {logSoftmax} from '../math.ts';
import type {ModelConfig} from '../model/causal-lm.ts';
import type {GenerationConfig} from './config.ts';
import type {DecodingContext, LogitsProcessor} from './logits-processor.ts';
import {badWords} from './processors/bad-words.ts';
import {diversity} from './processors/diversity.ts';
import {frequencyPenalty} from './processors/frequency-penalty.ts';
import {minNewTokens} from './processors/min-new-tokens.ts';
import {noRepeatNgram} from './processors/no-repeat-ngram.ts';
import {presencePenalty} from './processors/presence-penalty.ts';
import {repetitionPenalty} from './processors/repetition-penalty.ts';
import {epsilonCutoff} from './warpers/epsilon-cutoff.ts';
import {etaCutoff} from './warpers/eta-cutoff.ts';
import {minP} from './warpers/min-p.ts';
import {temperature} from './warpers/temperature.ts';
import {topK} from './warpers/top-k.ts';
import {topP} from './warpers/top-p.ts';
import {typicalP} from './warpers/typical-p.ts';

/** Everything between the LM head's logits and the scores a class is chosen by. */
export interface Pipeline {
	/** In the order they are applied; a parameter at its neutral value has no stage. */
	readonly stages: readonly LogitsProcessor[];
	/** A copy of the logits that the stages may change, [V]; log-probabilities for beam search, as in Hugging Face. */
	start(logits: Float32Array): Float32Array;
	/** Scores after all stages, [V]; the logits stay as they are. */
	run(logits: Float32Array, context: DecodingContext): Float32Array;
}

type PipelineConfig = Pick<ModelConfig, 'vocabSize' | 'eosTokenId'>;

/**
 * The processors, then the warpers when sampling, in the order of Hugging Face's `generate`.
 * @throws EngineError `bad-parameter` for a parameter out of its range.
 */
export function createPipeline(config: GenerationConfig, model: PipelineConfig): Pipeline {
	const stages = [...processorsOf(config, model), ...(config.doSample ? warpersOf(config) : [])];
	const start = (logits: Float32Array) => (config.numBeams > 1 ? logSoftmax(logits) : logits.slice());
	return {
		stages,
		start,
		run(logits, context) {
			const scores = start(logits);
			for (const stage of stages) stage.apply(scores, context);
			return scores;
		},
	};
}

function processorsOf(config: GenerationConfig, model: PipelineConfig): LogitsProcessor[] {
	const stages: LogitsProcessor[] = [];
	if (config.diversityPenalty !== 0) stages.push(diversity(config.diversityPenalty));
	if (config.repetitionPenalty !== 1) stages.push(repetitionPenalty(config.repetitionPenalty));
	if (config.frequencyPenalty !== 0) stages.push(frequencyPenalty(config.frequencyPenalty));
	if (config.presencePenalty !== 0) stages.push(presencePenalty(config.presencePenalty));
	if (config.noRepeatNgramSize !== 0) stages.push(noRepeatNgram(config.noRepeatNgramSize));
	if (config.badWordsIds.length > 0) stages.push(badWords(config.badWordsIds, model.vocabSize));
	// Without an end of text there is nothing to hold back.
	if (config.minNewTokens !== 0 && model.eosTokenId !== null)
		stages.push(minNewTokens(config.minNewTokens, model.eosTokenId));
	return stages;
}

function warpersOf(config: GenerationConfig): LogitsProcessor[] {
	// With beams, one class besides `<|endoftext|>` must stay, or a beam could only end.
	const minKeep = config.numBeams > 1 ? 2 : 1;
	const stages: LogitsProcessor[] = [];
	if (config.temperature !== 1) stages.push(temperature(config.temperature));
	if (config.topK !== 0) stages.push(topK(config.topK, minKeep));
	if (config.topP !== 1) stages.push(topP(config.topP, minKeep));
	if (config.minP !== 0) stages.push(minP(config.minP, minKeep));
	if (config.typicalP !== 1) stages.push(typicalP(config.typicalP, minKeep));
	if (config.epsilonCutoff !== 0) stages.push(epsilonCutoff(config.epsilonCutoff, minKeep));
	if (config.etaCutoff !== 0) stages.push(etaCutoff(config.etaCutoff, minKeep));
	return stages;
}
