import {EngineError} from '../engine/errors.ts';
import type {OpenModel} from '../engine/open-model.ts';
import type {Prompt} from '../protocol/engine.ts';
import {refuse} from '../refusals/refusal.ts';

/** A prompt as the model reads it. */
export interface PromptTokens {
	/** At least one id. */
	ids: readonly number[];
	/** How many of the last ids were appended class by class. */
	appended: number;
	/** How many of the last ids count as generated. */
	generated: number;
	/** How many of the oldest tokens had to be dropped. */
	dropped: number;
	/** Whether the first id is the token that an empty text starts from. */
	fromEndOfText: boolean;
}

/** @throws EngineError `bad-parameter` for an id that is no class. */
export function checkClasses(ids: readonly number[], vocabSize: number): void {
	const unknown = ids.find(id => id >= vocabSize);
	if (unknown === undefined) return;
	throw new EngineError('bad-parameter', refuse('class-missing', {id: unknown, size: vocabSize}));
}

/** The token that an empty text starts from. @throws EngineError `bad-parameter` where the model has none. */
export function startOfText({bosTokenId}: {bosTokenId: number | null}): number {
	if (bosTokenId !== null) return bosTokenId;
	throw new EngineError('bad-parameter', refuse('no-start-of-text'));
}

/**
 * Tokens of a prompt, the oldest dropped so that `reserve` more fit into the context.
 * @throws EngineError `bad-parameter` for an appended id that is no class, or when nothing would be left.
 */
export function promptTokens(
	{lm, tokenizer}: OpenModel,
	{text, appended, generated = 0}: Prompt,
	reserve = 0,
): PromptTokens {
	const {contextLength, bosTokenId, vocabSize} = lm.config;
	const room = contextLength - reserve;
	if (room < 1) {
		throw new EngineError(
			'bad-parameter',
			refuse('no-room-for-prompt', {reserve, context: contextLength, most: contextLength - 1}),
		);
	}

	checkClasses(appended, vocabSize);
	const textIds = tokenizer.encode(text);
	const start = bosTokenId !== null || appended.length === 0 ? () => [startOfText({bosTokenId})] : () => [];
	const all = [...(textIds.length > 0 ? textIds : start()), ...appended];
	const dropped = Math.max(0, all.length - room);
	return {
		ids: all.slice(dropped),
		appended: appended.length,
		generated: Math.min(generated, appended.length, room),
		dropped,
		fromEndOfText: textIds.length === 0 && bosTokenId !== null && dropped === 0,
	};
}
