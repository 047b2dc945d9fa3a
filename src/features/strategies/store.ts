import type {Signal} from '@preact/signals';
import type {StoreParts} from '../prompt/parts.ts';
import {type BranchesStore, createBranchesStore} from './branches.ts';
import {createStrategyRuns, type StrategyRuns} from './runs.ts';

/**
 * The state of the Strategies view; lives as long as its page. A continuation is branched by `branches.open` with the request
 * that it answered.
 */
export interface StrategiesStore {
	readonly runs: StrategyRuns;
	readonly branches: BranchesStore;
	/** The token whose panel is open, in the continuation of a strategy that is looked at. */
	readonly token: Signal<{pick: number; index: number} | null>;
	dispose(): void;
}

/** The parts of the Strategies view, tied to one page. */
export function createStrategiesStore(parts: StoreParts): StrategiesStore {
	const runs = createStrategyRuns(parts);
	const branches = createBranchesStore(parts);
	return {
		runs,
		branches,
		token: parts.session.slot<StrategiesStore['token']['value']>('strategy-token', null),
		dispose() {
			branches.dispose();
			runs.dispose();
		},
	};
}
