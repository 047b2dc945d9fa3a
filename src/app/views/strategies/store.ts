import type {Signal} from '@preact/signals';
import type {StoreParts} from '../../state/parts.ts';
import {type BranchesStore, createBranchesStore} from './branches.ts';
import {createStrategyRuns, type StrategyRuns} from './runs.ts';

/**
 * The state of the Strategies view; lives as long as its page (`app.strategies`). Any view can branch a continuation:
 * `branches.open` with the request that it answered, then `app.tab.value = 'strategies'`.
 */
export interface StrategiesStore {
	readonly runs: StrategyRuns;
	readonly branches: BranchesStore;
	/** The token of a run whose panel is open. */
	readonly token: Signal<RunToken | null>;
	dispose(): void;
}

/** A token of the continuation that is looked at, by its strategy and its index. */
interface RunToken {
	pick: number;
	index: number;
}

/** The parts of the Strategies view, tied to one page. */
export function createStrategiesStore(parts: StoreParts): StrategiesStore {
	const runs = createStrategyRuns(parts);
	const branches = createBranchesStore(parts);
	return {
		runs,
		branches,
		token: parts.session.slot<RunToken | null>('strategy-token', null),
		dispose() {
			branches.dispose();
			runs.dispose();
		},
	};
}
