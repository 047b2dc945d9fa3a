import {isNeutral, PARAMETERS, STAGE_NAMES, type StageName} from '../../parameters/registry.ts';
import {logSoftmax} from '../math.ts';
import type {ModelConfig} from '../model/causal-lm.ts';
import type {GenerationConfig} from './config.ts';
import {type KeptClasses, scoresOfAll, withoutRemoved} from './kept-classes.ts';
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
	/**
	 * A copy of the logits that the stages may change, [V]; log-probabilities for beam search, as in Hugging Face.
	 * @param total the logits' log-sum-exp, where it is known.
	 */
	start(logits: Float32Array, total?: number): Float32Array;
	/** Scores after all stages, [V]; the logits stay as they are. */
	run(logits: Float32Array, context: DecodingContext, total?: number): Float32Array;
	/**
	 * The classes that `run` leaves, in a short list where warpers removed most of them. The next call may write over
	 * what this one returns.
	 */
	keep(logits: Float32Array, context: DecodingContext): KeptClasses;
}

type PipelineModel = Pick<ModelConfig, 'vocabSize' | 'eosTokenIds'>;
type Factory = (config: GenerationConfig, model: PipelineModel, minKeep: number) => LogitsProcessor | null;

/** How each stage of the registry is made; null where the model has nothing to apply it to. */
const FACTORIES: Readonly<Record<StageName, Factory>> = {
	diversityPenalty: config => diversity(config.diversityPenalty),
	repetitionPenalty: config => repetitionPenalty(config.repetitionPenalty),
	frequencyPenalty: config => frequencyPenalty(config.frequencyPenalty),
	presencePenalty: config => presencePenalty(config.presencePenalty),
	noRepeatNgramSize: config => noRepeatNgram(config.noRepeatNgramSize),
	badWords: (config, model) => badWords(config.badWordsIds, model.vocabSize),
	minNewTokens: (config, {eosTokenIds}) =>
		eosTokenIds.length === 0 ? null : minNewTokens(config.minNewTokens, eosTokenIds),
	temperature: config => temperature(config.temperature),
	topK: (config, _, minKeep) => topK(config.topK, minKeep),
	topP: (config, _, minKeep) => topP(config.topP, minKeep),
	minP: (config, _, minKeep) => minP(config.minP, minKeep),
	typicalP: (config, _, minKeep) => typicalP(config.typicalP, minKeep),
	epsilonCutoff: (config, _, minKeep) => epsilonCutoff(config.epsilonCutoff, minKeep),
	etaCutoff: (config, _, minKeep) => etaCutoff(config.etaCutoff, minKeep),
};

/**
 * The processors, then the warpers when sampling, in the order of Hugging Face's `generate`.
 * @throws EngineError `bad-parameter` for banned words that the model has not, or that leave nothing.
 */
export function createPipeline(config: GenerationConfig, model: PipelineModel): Pipeline {
	// With beams, one class besides those that end a text must stay, or a beam could only end.
	const minKeep = config.numBeams > 1 ? Math.max(2, model.eosTokenIds.length + 1) : 1;
	const stages = STAGE_NAMES.flatMap(name => {
		const value = name === 'badWords' ? config.badWordsIds : config[name];
		const applies = !isNeutral(name, value) && (config.doSample || PARAMETERS[name].stage === 'processor');
		const stage = applies ? FACTORIES[name](config, model, minKeep) : null;
		return stage ? [stage] : [];
	});
	const start = (logits: Float32Array, total?: number, scores: Float32Array = new Float32Array(logits.length)) => {
		if (config.numBeams > 1) return logSoftmax(logits, total, scores);
		scores.set(logits);
		return scores;
	};
	// A warper needs no more than the classes that the one before it kept. That is the same to the bit: removed classes
	// add nothing to a sum, and those that are kept stay in their order.
	const keep = (scores: Float32Array, context: DecodingContext) => {
		let kept: KeptClasses = {ids: null, scores};
		for (const stage of stages) {
			stage.apply(kept.scores, context);
			const {cuts, stage: kind} = PARAMETERS[stage.name];
			if (cuts && kind === 'warper') kept = withoutRemoved(kept);
		}
		return kept;
	};
	// A browser takes as long to give a new array of this size as three passes over it take.
	let scratch: Float32Array | null = null;
	return {
		stages,
		start: (logits, total) => start(logits, total),
		run: (logits, context, total) => scoresOfAll(keep(start(logits, total), context), logits.length),
		keep(logits, context) {
			scratch ??= new Float32Array(logits.length);
			return keep(start(logits, undefined, scratch), context);
		},
	};
}
