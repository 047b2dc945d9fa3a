import type {Answer, EventOf, Method, Params} from '../protocol/engine.ts';

/** Asks the engine. */
export type Ask = <M extends Method>(
	method: M,
	params: Params<M>,
	onEvent?: (event: EventOf<M>) => void,
) => Promise<Answer<M>>;

/** An answer as the command line writes it with `--json`. */
export const json = (value: unknown) => JSON.stringify(value, null, '\t');
