import type {StrategyName} from '../../parameters/strategies.ts';
import {BEAM} from './beam.ts';
import {GREEDY_OR_SAMPLE} from './greedy-or-sample.ts';
import {SPECULATIVE} from './speculative.ts';
import type {Strategy} from './strategy.ts';

/** How each strategy runs. */
export const STRATEGIES: Readonly<Record<StrategyName, Strategy>> = {
	greedy: GREEDY_OR_SAMPLE,
	sampling: GREEDY_OR_SAMPLE,
	beam: BEAM,
	'beam-sampling': BEAM,
	speculative: SPECULATIVE,
};
