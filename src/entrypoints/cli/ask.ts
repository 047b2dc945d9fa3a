import type {Answer, EventOf, Method, Params} from '../../protocol/questions.ts';

/** Asks the engine. The signal takes the question back. */
export type Ask = <M extends Method>(
	method: M,
	params: Params<M>,
	onEvent?: (event: EventOf<M>) => void,
	signal?: AbortSignal,
) => Promise<Answer<M>>;

/** An answer as the command line writes it with `--json`. */
export const json = (value: unknown) => JSON.stringify(value, null, '\t');
