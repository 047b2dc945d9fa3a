import type {Session} from '../../features/prompt/session.ts';
import {BUNDLED_ID} from '../../protocol/values/models.ts';

/**
 * Forget the answers of another model. Call it before a store opens its slot.
 * @returns whether another one answered before.
 */
export function forgetOtherModels(session: Session, active: string): boolean {
	const answeredBy = session.slot('model', BUNDLED_ID);
	if (answeredBy.peek() === active) return false;
	answeredBy.value = active;
	for (const slot of ANSWERS) session.slot<null>(slot, null).value = null;
	session.slot<unknown[]>('strategy-runs', []).value = [];
	return true;
}

/** Slots that hold answers, and are null without any. */
const ANSWERS = [
	'classes',
	'continuations',
	'branches',
	'branch-token',
	'strategy-token',
	'passage-first',
	'passage-second',
	'loop-seed',
] as const;
