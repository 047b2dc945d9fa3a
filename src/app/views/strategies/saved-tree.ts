import * as v from 'valibot';
import {FinishReason, GeneratedToken, Prompt} from '../../../protocol/engine.ts';
import {Generation} from '../../../protocol/generation.ts';
import type {BranchTree} from './tree.ts';

/** What a session keeps of a tree of branches. */

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A tree whose branches hang together. */
export const SavedTree: v.GenericSchema<unknown, BranchTree> = v.pipe(
	v.object({
		title: v.string(),
		prompt: Prompt,
		generation: Generation,
		branches: v.pipe(
			v.array(
				v.object({
					id: Count,
					parent: v.nullable(Count),
					at: Count,
					tokens: v.array(GeneratedToken),
					finishReason: v.nullable(v.union([FinishReason, v.literal('stopped')])),
					dropped: v.optional(Count),
				}),
			),
			v.minLength(1),
		),
		selected: Count,
	}),
	// The root comes first, every branch starts with a class, and its parent stands before it.
	v.check(({branches, selected}) => {
		const seen = new Set<number>();
		const whole = branches.every(({id, parent, tokens}, index) => {
			const placed =
				index === 0 ? id === 0 && parent === null : parent !== null && seen.has(parent) && tokens.length > 0;
			seen.add(id);
			return placed;
		});
		return whole && seen.has(selected);
	}),
);

/** A token by its branch and its index among the branch's own. */
export const SavedTreeToken = v.object({branch: Count, index: Count});
