import {RefusedError} from './refusal.ts';

/** What can go wrong in the engine; programs switch on this code. */
export type EngineErrorCode =
	/** A parameter is out of range or does not go with another one. */
	| 'bad-parameter'
	/** The text is complete under its form, so that nothing can follow: nothing is wrong. */
	| 'form-complete'
	/** The checkpoint cannot be opened: cut short, wrong header, a missing tensor, an unsupported architecture. */
	| 'bad-model'
	/** The open model cannot do this, and another one could. */
	| 'not-supported'
	/** The tokens asked for do not fit into the model's context. */
	| 'too-long'
	/** The runtime could not get the memory it needs. */
	| 'out-of-memory'
	/** A thread that computes has ended before its time; the model must be opened again, in a new worker. */
	| 'worker-lost';

/** Why the engine refuses, naming the offending value. */
export class EngineError extends RefusedError<EngineErrorCode> {
	override readonly name = 'EngineError';
}
