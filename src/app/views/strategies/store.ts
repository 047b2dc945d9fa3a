import * as v from 'valibot';
import type {StoreParts} from '../../state/parts.ts';
import type {Session} from '../../state/session.ts';
import {type Branches, createBranches} from './branches.ts';
import {createStrategyRuns, type StrategyRuns} from './runs.ts';

/**
 * What the Strategies view works with; lives as long as its page (`app.strategies`).
 *
 * Any view can branch a continuation: `app.strategies.branches.open({title, prompt, generation, tokens, finishReason},
 * index)`, then `app.tab.value = 'strategies'`. `prompt` is the request the continuation answered, `index` the token
 * whose panel opens (null for none).
 */
export interface StrategiesStore {
	readonly runs: StrategyRuns;
	readonly branches: Branches;
	/** The token of a run whose panel is open. */
	readonly token: RunTokenSignal;
	dispose(): void;
}

const RunToken = v.object({pick: v.number(), continuation: v.number(), index: v.number()});
export type RunToken = v.InferOutput<typeof RunToken>;
type RunTokenSignal = ReturnType<typeof tokenSlot>;
const tokenSlot = (session: Session) => session.slot('strategy-token', v.nullable(RunToken), null);

/** The parts of the Strategies view, tied to one page. */
export function createStrategiesStore(parts: StoreParts): StrategiesStore {
	const runs = createStrategyRuns(parts);
	const branches = createBranches(parts);
	return {
		runs,
		branches,
		token: tokenSlot(parts.session),
		dispose() {
			branches.dispose();
			runs.dispose();
		},
	};
}
