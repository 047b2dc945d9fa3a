import * as v from 'valibot';
import {type RefusalCode, refuse} from '../../engine/errors/refusal.ts';
import {STAGE_NAMES} from '../../engine/parameters/registry.ts';
import {saying} from './refused.ts';

/** Parts that the engine's messages share. */

/** A class of the LM head, by its token id. */
export const TokenId = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0x7fff_ffff));
/** A whole number, not negative. */
export const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** The most tokens a request may carry: more than any model reads. What the open model has room for, the service checks. */
export const MAX_TOKENS = 1_000_000;
/** The most characters of text a request may carry. */
export const MAX_TEXT_LENGTH = 1_000_000;
/** A text as long as a request may carry. */
export const Text = v.pipe(
	v.string(),
	v.maxLength(
		MAX_TEXT_LENGTH,
		saying(() => refuse('text-too-long', {most: MAX_TEXT_LENGTH})),
	),
);

/** A token: `text` when its bytes are UTF-8 on their own, `bytes` when it is only part of a character. */
export type {Token} from '../../engine/tokenizer/tokenizer.ts';

/** The most bytes of one token. */
const MAX_TOKEN_BYTES = 1000;
const Byte = v.pipe(Count, v.maxValue(255));
/**
 * A token as a request names it, with its spelling: ids are those of one tokenizer. Where the model that answers spells the id
 * otherwise, the spelling counts. A token without one is its id.
 */
export const SpelledToken = v.object({
	id: TokenId,
	text: v.optional(v.pipe(v.string(), v.maxLength(MAX_TOKEN_BYTES))),
	bytes: v.optional(v.pipe(v.array(Byte), v.maxLength(MAX_TOKEN_BYTES))),
});

/** A class as a request names it: by its id alone, or with its spelling. */
export const ClassRef = v.union([TokenId, SpelledToken]);
export type ClassRef = v.InferOutput<typeof ClassRef>;

/**
 * A text, and tokens appended to it one class at a time (which may differ from how the whole would be tokenised). Where a
 * model has other tokens, they are read as the text that they spell.
 */
export const Prompt = v.object({
	text: Text,
	appended: v.pipe(v.array(SpelledToken), v.maxLength(MAX_TOKENS)),
	/** How many of the last tokens were drawn in the present run: penalties take them as generated. 0 when left out. */
	generated: v.optional(Count),
	/** What steps with a memory had learnt before the present run: a branch has it of the token it goes on from. */
	memory: v.optional(v.record(v.picklist(STAGE_NAMES), v.pipe(v.number(), v.finite()))),
	/** Whether the tokenizer's beginning, such as `<|begin_of_text|>`, comes before the text; true when left out. */
	addSpecialTokens: v.optional(v.boolean()),
});
export type Prompt = v.InferOutput<typeof Prompt>;

/** How far a request is. `model`: bytes of the checkpoint opened; `prompt`: tokens read; `passage`: tokens scored. */
export interface Progress {
	kind: 'progress';
	phase: 'model' | 'prompt' | 'passage';
	done: number;
	total: number;
}

/**
 * Which model: `main` is the one that answers, `draft` the one that drafts for it in speculative decoding; anything else is
 * the id of a model that is kept.
 */
export const ModelRef = v.pipe(
	v.string(),
	v.regex(
		/^(?!\.)[\w.@-]{1,300}$/,
		saying(() => refuse('model-id')),
	),
);
export type ModelRef = v.InferOutput<typeof ModelRef>;

/** The refusals of a text that is longer than `most`. */
type TooLong = Extract<
	RefusalCode,
	`${'steer' | 'word' | 'line' | 'template' | 'label' | 'example' | 'content-free' | 'replacement'}-long`
>;
/** A text of at most `most` characters; a longer one is refused with the code. */
export const shortText = (code: TooLong, most: number) =>
	v.pipe(
		v.string(),
		v.maxLength(
			most,
			saying(() => refuse(code, {most})),
		),
	);
