import * as v from 'valibot';
import {MAX_TEXT, type Refusal, type RefusalValues, refuse, sentenceOf} from '../../engine/errors/refusal.ts';

/** Refusals as values: they travel from a schema to the page that asked, and the page puts them into words. */

const MAX_REFUSALS = 8;
const Value = v.union([v.number(), v.pipe(v.string(), v.maxLength(MAX_TEXT + 1))]);

/** Refusals from a message of another process. A code that this version does not know is allowed. */
export const Refusals = v.pipe(
	v.array(
		v.object({
			code: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,60}$/)),
			values: v.record(
				v.pipe(v.string(), v.maxLength(40)),
				v.union([Value, v.pipe(v.array(v.string()), v.maxLength(50))]),
			),
		}),
	),
	v.maxLength(MAX_REFUSALS),
) satisfies v.GenericSchema<{code: string; values: RefusalValues}[]>;

// A schema's issue has room for a sentence alone.
const REFUSALS = new WeakMap<object, readonly Refusal[]>();

/** The message of a schema that refuses with a code. */
export const saying =
	(make: (input: unknown) => Refusal | readonly Refusal[]) =>
	(issue: v.BaseIssue<unknown>): string => {
		const refusals = [make(issue.input)].flat();
		REFUSALS.set(issue, refusals);
		return sentenceOf(refusals);
	};

/** Why a value failed its schema: the first fault. A field that no person fills in is named as the protocol names it. */
export const refusalsOf = (issues: readonly v.BaseIssue<unknown>[]): readonly Refusal[] =>
	REFUSALS.get(issues[0]) ?? [
		refuse('request-field', {field: v.getDotPath(issues[0]) ?? 'params', value: issues[0].received}),
	];
