import {type MessageKey, t} from '../client/browser/i18n.ts';
import type {Generation} from '../engine/parameters/registry.ts';
import {type StrategyName, strategyOf} from '../engine/parameters/strategies.ts';

/** Why strategies that do not choose one class after the other have no single step. */
const NO_STEP = {
	beam: 'loop_no_step_beam',
	'beam-sampling': 'loop_no_step_beam',
	speculative: 'loop_no_step_speculative',
} as const satisfies Record<Exclude<StrategyName, 'greedy' | 'sampling'>, MessageKey>;

const hasNoStep = (strategy: StrategyName): strategy is keyof typeof NO_STEP => Object.hasOwn(NO_STEP, strategy);

/** Whether the strategy chooses one class after the other, each from the distribution on screen. */
export const isStepwise = (generation: Generation): boolean => !hasNoStep(strategyOf(generation));

/** Why these settings have no single step to take, in a sentence; null where they have one. */
export function noStepText(generation: Generation): string | null {
	const strategy = strategyOf(generation);
	if (!hasNoStep(strategy)) return null;
	const {numBeams, numAssistantTokens, promptLookupNumTokens} = generation;
	const number = strategy === 'speculative' ? promptLookupNumTokens || numAssistantTokens : numBeams;
	return t(NO_STEP[strategy], {number});
}
