import * as v from 'valibot';
import {refusalsOfValue} from '../../engine/parameters/check.ts';
import {PARAMETER_NAMES, type ParameterName, type Generation as Values} from '../../engine/parameters/registry.ts';
import {conflictsOf} from '../../engine/parameters/strategies.ts';
import {saying} from './refused.ts';

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
				value => refusalsOfValue(name, value) === null,
				saying(input => refusalsOfValue(name, input)!),
			),
		]),
	) as unknown as Fields,
);

/** A check that the parameters go together. */
export const goTogether = <T extends Values>() =>
	v.rawCheck<T>(({dataset, addIssue}) => {
		if (!dataset.typed) return;
		for (const {refusal} of conflictsOf(dataset.value)) addIssue({message: saying(() => refusal)});
	});

/** Parameters that are each allowed and go together. */
export const Generation = v.pipe(GenerationFields, goTogether());
export type Generation = v.InferOutput<typeof Generation>;
