import * as v from 'valibot';
import browser from 'webextension-polyfill';
import {isSameJson} from '../../client/same-json.ts';
import type {Refusal} from '../../engine/errors/refusal.ts';
import {goneFrom} from '../../engine/parameters/gone.ts';
import {NEUTRAL_GENERATION} from '../../engine/parameters/registry.ts';
import {Generation} from '../../protocol/values/generation.ts';
import {MAX_TEXT_LENGTH, MAX_TOKENS, SpelledToken} from '../../protocol/values/prompt.ts';
import {isEmptyHand, MAX_AGAINST, MAX_CLASSES, MAX_PUSH, MAX_SCALE, MAX_WORD} from './biases.ts';
import type {PromptState} from './prompt.ts';

/**
 * A link to the full view with a prompt and its settings. Both are in the fragment, which a browser sends to no
 * server. Anyone may have written a link, so it is checked like every message.
 */

const Chosen = v.object({...SpelledToken.entries, rank: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)))});

/** The settings of a link. What one of an earlier version leaves out was not there, and so did nothing. */
const LinkedGeneration = v.pipe(
	v.record(v.string(), v.unknown()),
	v.transform(fields => ({...NEUTRAL_GENERATION, ...fields})),
	Generation,
);

const LinkedPrompt = v.object({
	text: v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH)),
	appended: v.pipe(v.array(Chosen), v.maxLength(MAX_TOKENS)),
	generation: LinkedGeneration,
	addSpecialTokens: v.optional(v.boolean()),
	hand: v.optional(
		v.object({
			pushed: v.pipe(
				v.array(
					v.object({
						tokens: v.pipe(v.array(SpelledToken), v.minLength(1), v.maxLength(MAX_WORD)),
						bias: v.pipe(v.number(), v.minValue(-MAX_PUSH), v.maxValue(MAX_PUSH)),
					}),
				),
				v.maxLength(MAX_CLASSES),
			),
			forbidden: v.pipe(
				v.array(v.object({token: Chosen, at: v.picklist(['every-step', 'first-step'])})),
				v.maxLength(MAX_CLASSES),
			),
			guidance: v.optional(
				v.object({
					scale: v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_SCALE)),
					against: v.pipe(v.string(), v.maxLength(MAX_AGAINST)),
				}),
			),
		}),
	),
});
/** Also what its settings ask for that is gone. */
export type LinkedPrompt = v.InferOutput<typeof LinkedPrompt> & {gone?: Refusal[]};

const PAGE = 'src/entrypoints/popup/index.html?view=tab';
const PREFIX = '#prompt=';

/** The address of the full view with this prompt and these settings. */
export function linkTo(
	{text, appended, addSpecialTokens, hand}: Pick<PromptState, 'text' | 'appended' | 'addSpecialTokens' | 'hand'>,
	generation: Generation,
): string {
	const isSet = ([name, value]: [string, unknown]) => !isSameJson(value, NEUTRAL_GENERATION[name as keyof Generation]);
	// What is left out does nothing, as in links of earlier versions.
	const set = Object.fromEntries(Object.entries(generation).filter(isSet));
	const value = {text, appended, generation: set, addSpecialTokens, ...(hand && !isEmptyHand(hand) && {hand})};
	return browser.runtime.getURL(PAGE) + PREFIX + encodeURIComponent(JSON.stringify(value));
}

/** The prompt and settings in a fragment; null where it is not one of ours, or not valid. */
export function readLink(hash: string): LinkedPrompt | null {
	if (!hash.startsWith(PREFIX)) return null;
	try {
		const value = JSON.parse(decodeURIComponent(hash.slice(PREFIX.length)));
		const parsed = v.safeParse(LinkedPrompt, value);
		if (!parsed.success) return null;
		const gone = goneFrom(value.generation);
		return gone.length > 0 ? {...parsed.output, gone} : parsed.output;
	} catch {
		return null;
	}
}
