import {type Environment, Interpreter} from '@huggingface/jinja';
import {stripAsPython} from './strip.ts';

/** Steps of the interpreter; the longest template of the families takes some thousands. */
const MOST_STEPS = 200_000;
/** Characters and list entries that all steps together may make. */
const MOST_MADE = 20_000_000;

/** A template that takes more steps, or makes more, than any chat template does. */
export class EndlessTemplate extends Error {}

type Statement = Parameters<Interpreter['evaluate']>[0];

/**
 * An interpreter whose work is bounded: templates have no `while`, but loops in loops, and text that doubles, can take as long.
 * It interprets, and makes no code of the template. Strings strip as Python's do.
 */
export class BoundedInterpreter extends Interpreter {
	#steps = 0;
	#made = 0;
	/** What members are asked of. */
	readonly #asked = new Set<Statement>();

	override evaluate(statement: Statement, environment: Environment): ReturnType<Interpreter['evaluate']> {
		if (++this.#steps > MOST_STEPS) throw new EndlessTemplate();
		if (statement && 'object' in statement) this.#asked.add(statement.object as Statement);
		const result = super.evaluate(statement, environment);
		if (statement && this.#asked.has(statement)) stripAsPython(result);
		const {value} = result as {value: unknown};
		if (typeof value === 'string' || Array.isArray(value)) this.#made += value.length;
		if (this.#made > MOST_MADE) throw new EndlessTemplate();
		return result;
	}
}
