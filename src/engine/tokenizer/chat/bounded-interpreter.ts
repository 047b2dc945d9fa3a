import {type Environment, Interpreter} from '@huggingface/jinja';

/** Steps of the interpreter; the longest template of the families takes some thousands. */
const MOST_STEPS = 200_000;
/** Characters and list entries that all steps together may make. */
const MOST_MADE = 20_000_000;

/** A template that takes more steps, or makes more, than any chat template does. */
export class EndlessTemplate extends Error {}

/**
 * An interpreter whose work is bounded: templates have no `while`, but loops in loops, and text that doubles, can take as long.
 * It interprets, and makes no code of the template.
 */
export class BoundedInterpreter extends Interpreter {
	#steps = 0;
	#made = 0;

	override evaluate(
		statement: Parameters<Interpreter['evaluate']>[0],
		environment: Environment,
	): ReturnType<Interpreter['evaluate']> {
		if (++this.#steps > MOST_STEPS) throw new EndlessTemplate();
		const result = super.evaluate(statement, environment);
		const {value} = result as {value: unknown};
		if (typeof value === 'string' || Array.isArray(value)) this.#made += value.length;
		if (this.#made > MOST_MADE) throw new EndlessTemplate();
		return result;
	}
}
