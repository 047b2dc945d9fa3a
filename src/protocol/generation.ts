import * as v from 'valibot';
import {refusal} from '../parameters/check.ts';
import {PARAMETER_NAMES, type ParameterName, type Generation as Values} from '../parameters/registry.ts';
import {conflictsOf} from '../parameters/strategies.ts';

/**
 * The parameters of generation as people and pages give them, checked as the registry of parameters says: one schema for
 * messages, stored settings and the command line. Every message names the parameter, the value and what to do.
 */

type Fields = {[N in ParameterName]: v.GenericSchema<Values[N]>};

/** Every parameter alone; `Generation` adds what does not go together. */
export const GenerationFields = v.object(
	Object.fromEntries(
		PARAMETER_NAMES.map(name => [
			name,
			v.custom(
				value => refusal(name, value) === null,
				issue => refusal(name, issue.input)!,
			),
		]),
	) as unknown as Fields,
);

/** Parameters that are each allowed and go together. */
export const Generation = v.pipe(
	GenerationFields,
	v.rawCheck(({dataset, addIssue}) => {
		if (!dataset.typed) return;
		for (const {message} of conflictsOf(dataset.value)) addIssue({message});
	}),
);
export type Generation = v.InferOutput<typeof Generation>;

/** A whole number in a range; its message names what it is, the value and what to do. */
export function integer(name: string, min: number, max: number) {
	const message = (issue: {input: unknown}) =>
		`${name} must be a whole number from ${min} to ${max}, but is ${JSON.stringify(issue.input)}.`;
	return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
}
