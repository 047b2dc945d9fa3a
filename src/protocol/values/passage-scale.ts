import type * as v from 'valibot';
import {choice} from './fields.ts';

/** The scale of a passage's colours: each token's rank, or its surprisal. */
export const PassageScale = choice('passageScale', ['rank', 'surprisal']);
export type PassageScale = v.InferOutput<typeof PassageScale>;
