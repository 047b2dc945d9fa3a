import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';

/** How many brackets of a form may be open at once. */
const MOST = 200;

/** @throws EngineError `bad-parameter` for a form that is nested deeper than is followed. */
export function checkDepth(depth: number): void {
	if (depth > MOST) throw new EngineError('bad-parameter', refuse('form-deep', {most: MOST}));
}
