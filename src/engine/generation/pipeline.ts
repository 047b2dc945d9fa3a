import {logSoftmax} from '../math/math.ts';
import type {ModelConfig} from '../model/causal-lm.ts';
import {isNeutral, PARAMETERS, STAGE_NAMES, type StageName} from '../parameters/registry.ts';
import {checkIds} from './check-ids.ts';
import {classesOfBeam, endsOf, type GenerationConfig, isWrittenAsText, WRITTEN_AS_TEXT} from './config.ts';
import {type KeptClasses, scoresOfAll, withoutRemoved} from './kept-classes.ts';
import type {DecodingContext, LogitsProcessor, Memory} from './logits-processor.ts';
import {badWords} from './processors/bad-words.ts';
import {dry} from './processors/dry.ts';
import {encoderNoRepeatNgram} from './processors/encoder-no-repeat-ngram.ts';
import {encoderRepetitionPenalty} from './processors/encoder-repetition-penalty.ts';
import {exponentialDecay} from './processors/exponential-decay.ts';
import {forcedEnd} from './processors/forced-end.ts';
import {frequencyPenalty} from './processors/frequency-penalty.ts';
import {guidance} from './processors/guidance.ts';
import {heldToForm} from './processors/held-to-form.ts';
import {minLength, minNewTokens} from './processors/min-length.ts';
import {noRepeatNgram} from './processors/no-repeat-ngram.ts';
import {presencePenalty} from './processors/presence-penalty.ts';
import {renormalize} from './processors/renormalize.ts';
import {repetitionPenalty} from './processors/repetition-penalty.ts';
import {sequenceBias} from './processors/sequence-bias.ts';
import {suppressTokens} from './processors/suppress-tokens.ts';
import {synthId} from './processors/synthid.ts';
import {dynamicTemperature} from './warpers/dynamic-temperature.ts';
import {epsilonCutoff} from './warpers/epsilon-cutoff.ts';
import {etaCutoff} from './warpers/eta-cutoff.ts';
import {minP} from './warpers/min-p.ts';
import {mirostat} from './warpers/mirostat.ts';
import {temperature} from './warpers/temperature.ts';
import {topH} from './warpers/top-h.ts';
import {topK} from './warpers/top-k.ts';
import {topNSigma} from './warpers/top-n-sigma.ts';
import {topP} from './warpers/top-p.ts';
import {typicalP} from './warpers/typical-p.ts';
import {xtc} from './warpers/xtc.ts';

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
	/**
	 * The memory of a continuation after one more class.
	 * @param logProb the class's natural-log probability in the distribution that it was chosen from.
	 */
	accept(logProb: number, memory?: Memory): Memory | undefined;
	/** Whether any step has a memory. */
	readonly learns: boolean;
}

type PipelineModel = Pick<ModelConfig, 'vocabSize' | 'eosTokenIds'>;
type Factory = (
	config: GenerationConfig,
	model: PipelineModel & {ends: readonly number[]},
	minKeep: number,
) => LogitsProcessor | null;

/** How each stage of the registry is made; null where the model has nothing to apply it to. */
const FACTORIES: Readonly<Record<StageName, Factory>> = {
	guidanceScale: config => guidance(config.guidanceScale),
	sequenceBias: config => sequenceBias(config.sequenceBiases),
	encoderRepetitionPenalty: config => encoderRepetitionPenalty(config.encoderRepetitionPenalty),
	repetitionPenalty: config => repetitionPenalty(config.repetitionPenalty, config.promptIgnoreLength),
	frequencyPenalty: config => frequencyPenalty(config.frequencyPenalty),
	presencePenalty: config => presencePenalty(config.presencePenalty),
	dryMultiplier: config =>
		dry({
			multiplier: config.dryMultiplier,
			base: config.dryBase,
			allowedLength: config.dryAllowedLength,
			lastN: config.dryPenaltyLastN,
			breakers: config.drySequenceBreakersIds,
		}),
	noRepeatNgramSize: config => noRepeatNgram(config.noRepeatNgramSize),
	badWords: (config, model) => badWords(config.badWordsIds, model.vocabSize),
	encoderNoRepeatNgramSize: config => encoderNoRepeatNgram(config.encoderNoRepeatNgramSize),
	minLength: (config, {ends}) => (ends.length === 0 ? null : minLength(config.minLength, ends)),
	minNewTokens: (config, {ends}) => (ends.length === 0 ? null : minNewTokens(config.minNewTokens, ends)),
	forcedEosTokenId: config => forcedEnd(config.forcedEosTokenId, config.maxNewTokens),
	exponentialDecayLengthPenalty: (config, {ends}) =>
		ends.length === 0 ? null : exponentialDecay(config.exponentialDecayLengthPenalty, ends),
	suppressTokens: config => suppressTokens('suppressTokens', config.suppressTokensIds),
	beginSuppressTokens: config => suppressTokens('beginSuppressTokens', config.beginSuppressTokensIds),
	formKind: ({heldTo}, {ends}) => heldTo && heldToForm(heldTo, ends),
	topNSigma: (config, _, minKeep) => topNSigma(config.topNSigma, minKeep),
	temperature: config => (config.dynatempRange > 0 ? null : temperature(config.temperature)),
	topH: (config, _, minKeep) => topH(config.topH, minKeep),
	topK: (config, _, minKeep) => topK(config.topK, minKeep),
	topP: (config, _, minKeep) => topP(config.topP, minKeep),
	minP: (config, _, minKeep) => minP(config.minP, minKeep),
	typicalP: (config, _, minKeep) => typicalP(config.typicalP, minKeep),
	epsilonCutoff: (config, _, minKeep) => epsilonCutoff(config.epsilonCutoff, minKeep),
	etaCutoff: (config, _, minKeep) => etaCutoff(config.etaCutoff, minKeep),
	xtcProbability: (config, _, minKeep) => xtc(config.xtcProbability, config.xtcThreshold, config.seed, minKeep),
	dynatempRange: config => dynamicTemperature(config.temperature, config.dynatempRange, config.dynatempExponent),
	mirostatTau: (config, _, minKeep) => mirostat(config.mirostatTau, config.mirostatEta, minKeep),
	watermarkingConfig: config => synthId({...config, keys: config.watermarkingConfig}),
	renormalizeLogits: () => renormalize(),
};

/**
 * The processors, then the warpers when sampling, in the order of Hugging Face's `generate`.
 * @throws EngineError `bad-parameter` for classes that the model has not, or where nothing is left to choose.
 */
export function createPipeline(config: GenerationConfig, model: PipelineModel): Pipeline {
	checkIds(config, model.vocabSize);
	const ends = endsOf(config, model);
	const minKeep = config.numBeams > 1 ? classesOfBeam(ends) : 1;
	const stages = STAGE_NAMES.flatMap(name => {
		const value = isWrittenAsText(name) ? config[WRITTEN_AS_TEXT[name]] : config[name];
		const applies = !isNeutral(name, value) && (config.doSample || PARAMETERS[name].stage === 'processor');
		const stage = applies ? FACTORIES[name](config, {...model, ends}, minKeep) : null;
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
			const left = stage.apply(kept.scores, context, kept.ids);
			const {cuts, stage: kind} = PARAMETERS[stage.name];
			if (cuts && kind === 'warper') kept = withoutRemoved(kept, left);
		}
		return kept;
	};
	const learning = stages.filter(({accept}) => accept);
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
		learns: learning.length > 0,
		accept(logProb, memory) {
			if (learning.length === 0) return memory;
			return {
				...memory,
				...Object.fromEntries(learning.map(({name, accept}) => [name, accept!(logProb, memory?.[name])])),
			};
		},
	};
}
