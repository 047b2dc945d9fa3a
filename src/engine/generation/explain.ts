import {countKept, logSumExp, rankOf, topClasses} from '../math/math.ts';
import type {ModelConfig} from '../model/causal-lm.ts';
import type {StageName} from '../parameters/registry.ts';
import type {GenerationConfig} from './config.ts';
import type {DecodingContext} from './logits-processor.ts';
import {createPipeline} from './pipeline.ts';

/** A class with its probability, 0 to 1. */
export interface ClassProbability {
	id: number;
	probability: number;
}

/** The distribution after one processor or warper. */
export interface ExplainedStage {
	/** The parameter that made it; `model` for the model's own distribution, which comes first. */
	name: StageName | 'model';
	/** The parameter's value as text; empty for `model`. */
	value: string;
	/** Classes left after the stage. */
	keptCount: number;
	/** Classes that this stage removed. */
	removedCount: number;
	/** Probability, before this stage, of the classes that it removed. */
	removedProbability: number;
	/** The most probable of the removed classes, with their probability before the stage. */
	removed: ClassProbability[];
	/** The most probable classes after the stage. */
	top: ClassProbability[];
	/** Probability of the chosen class after the stage; 0 once it was removed. */
	chosenProbability: number;
	/** Rank of the chosen class after the stage; removed classes come last. */
	chosenRank: number;
}

/**
 * Why this class? The distribution before and after each processor and warper, in order.
 * @param logits the LM head's own, [V]; left as they are.
 * @param limit how many classes `removed` and `top` list at most.
 * @throws EngineError `bad-parameter` for banned words that the model has not.
 */
export function explain(
	logits: Float32Array,
	config: GenerationConfig,
	model: Pick<ModelConfig, 'vocabSize' | 'eosTokenIds'>,
	context: DecodingContext,
	chosen: number,
	limit = 5,
): ExplainedStage[] {
	const pipeline = createPipeline(config, model);
	const scores = pipeline.start(logits);
	const explained = [describe('model', '', scores, scores, chosen, limit)];
	for (const stage of pipeline.stages) {
		const before = scores.slice();
		stage.apply(scores, context);
		explained.push(describe(stage.name, stage.value, before, scores, chosen, limit));
	}
	return explained;
}

function describe(
	name: ExplainedStage['name'],
	value: string,
	before: Float32Array,
	after: Float32Array,
	chosen: number,
	limit: number,
): ExplainedStage {
	const removed = before.map((score, id) => (after[id] === -Infinity ? score : -Infinity));
	const totalBefore = logSumExp(before);
	const totalAfter = before === after ? totalBefore : logSumExp(after);
	const probabilityBefore = (id: number) => Math.exp(before[id] - totalBefore);
	const probabilityAfter = (id: number) => Math.exp(after[id] - totalAfter);
	return {
		name,
		value,
		keptCount: countKept(after),
		removedCount: countKept(removed),
		removedProbability: Math.min(1, Math.exp(logSumExp(removed) - totalBefore)),
		removed: Array.from(topClasses(removed, limit), id => ({id, probability: probabilityBefore(id)})),
		top: Array.from(topClasses(after, limit), id => ({id, probability: probabilityAfter(id)})),
		chosenProbability: probabilityAfter(chosen),
		chosenRank: rankOf(after, chosen),
	};
}
