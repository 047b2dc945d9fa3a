import {EngineError} from '../engine/errors/engine-error.ts';
import {refuse} from '../engine/errors/refusal.ts';
import type {Memory} from '../engine/generation/logits-processor.ts';
import type {OpenModel} from '../engine/open-model.ts';
import type {Token, Tokenizer} from '../engine/tokenizer/tokenizer.ts';
import type {ClassRef, Prompt} from '../protocol/values/prompt.ts';
import {spell} from '../protocol/values/spell.ts';

/** A prompt as the model reads it. */
export interface PromptTokens {
	/** At least one id. */
	ids: readonly number[];
	/** How many of the last ids were appended class by class. */
	appended: number;
	/** How many of the last ids count as generated. */
	generated: number;
	/** What steps with a memory had learnt before those; nothing when left out. */
	memory?: Memory;
	/** How many of the oldest tokens had to be dropped. */
	dropped: number;
	/** How many of the first ids are not of the text: what the tokenizer puts before it, or what an empty one starts from. */
	added: number;
	/** Whether the first id is the token that an empty text starts from. */
	fromEndOfText: boolean;
}

/** The classes that were appended before the present run: a form goes on after them. */
export const appendedBefore = ({ids, appended, generated}: PromptTokens): readonly number[] =>
	ids.slice(ids.length - appended, ids.length - generated);

/** @throws EngineError `bad-parameter` for an id that is no class. */
export function checkClasses(ids: readonly number[], vocabSize: number): void {
	const unknown = ids.find(id => id >= vocabSize);
	if (unknown === undefined) return;
	throw new EngineError('bad-parameter', refuse('class-missing', {id: unknown, size: vocabSize}));
}

/**
 * The ids of classes in this model. Of one that another model spells so, it is the class that has the spelling here.
 * @throws EngineError `bad-parameter` for an id that is no class, and for a spelling that is not one class here.
 */
export function classIds({lm, tokenizer}: OpenModel, classes: readonly ClassRef[]): number[] {
	const ids = classes.map(named => {
		if (typeof named === 'number' || isSpelledSo(tokenizer, named)) return typeof named === 'number' ? named : named.id;
		const found = named.text === undefined ? [] : tokenizer.encodeRest(named.text);
		if (found.length === 1) return found[0];
		throw new EngineError('bad-parameter', refuse('class-of-another', {text: JSON.stringify(spell([named]))}));
	});
	checkClasses(ids, lm.config.vocabSize);
	return ids;
}

/** The token that an empty text starts from. @throws EngineError `bad-parameter` where the model has none. */
export function startOfText({lm, tokenizer}: OpenModel): readonly number[] {
	if (tokenizer.beginning.length > 0) return tokenizer.beginning;
	if (lm.config.bosTokenId !== null) return [lm.config.bosTokenId];
	throw new EngineError('bad-parameter', refuse('no-start-of-text'));
}

/** The tokens of a text as the model was trained to read it: with the beginning that its tokenizer puts before it. */
export const withBeginning = ({beginning}: Tokenizer, ids: readonly number[], added = true): number[] =>
	added ? [...beginning, ...ids] : [...ids];

/** How many positions are dropped at a time: a page of the key/value cache. */
const PAGE = 64;

/**
 * The tokens of a prompt as every method reads them: classes, draw, explain, compare and generate see the same. Where it does
 * not fit into the context together with a continuation, it loses whole pages at its beginning, so that one more token is a
 * step and not another prompt. What the present run has drawn belongs to the continuation: a run keeps what it began with.
 * @param newTokens how many tokens a continuation would have.
 * @throws EngineError `bad-parameter` for an appended id that is no class, or when nothing would be left.
 */
export function promptTokens(model: OpenModel, prompt: Prompt, newTokens = 0): PromptTokens {
	const {lm, tokenizer} = model;
	const {contextLength, vocabSize} = lm.config;
	const room = contextLength - newTokens;
	if (room < 1) {
		throw new EngineError(
			'bad-parameter',
			refuse('no-room-for-prompt', {reserve: newTokens, context: contextLength, most: contextLength - 1}),
		);
	}

	const {text, appended, generated = 0} = readBy(tokenizer, prompt);
	const ids = appended.map(({id}) => id);
	checkClasses(ids, vocabSize);
	const textIds = tokenizer.encode(text);
	const beginning = withBeginning(tokenizer, [], prompt.addSpecialTokens);
	const isEmpty = textIds.length + beginning.length === 0;
	const canStart = lm.config.bosTokenId !== null || tokenizer.beginning.length > 0;
	const start = isEmpty && (canStart || ids.length === 0) ? startOfText(model) : beginning;
	const all = [...start, ...textIds, ...ids];
	const drawn = Math.min(generated, ids.length);
	// A run that went on for longer than a continuation does is prompt from then on.
	const over = Math.max(0, all.length - (drawn <= newTokens ? drawn : 0) - room);
	// Where little is read, a page would be most of it.
	const page = room < 2 * PAGE ? 1 : PAGE;
	const dropped = Math.ceil(over / page) * page;
	// A model that was trained with a beginning has it before whatever is left of the text.
	const left = [...beginning, ...all.slice(beginning.length + dropped)];
	return {
		ids: left,
		// What comes before them is read first, and something must.
		appended: Math.min(ids.length, left.length - 1),
		generated: Math.min(drawn, left.length - 1),
		memory: prompt.memory,
		dropped,
		added: dropped === 0 ? start.length : beginning.length,
		fromEndOfText: isEmpty && canStart && dropped === 0,
	};
}

/**
 * The same for a question about one class, which has its answer also where the context is too short for a whole
 * continuation: all of it is then for the prompt.
 */
export function promptOfClass(model: OpenModel, prompt: Prompt, maxNewTokens: number): PromptTokens {
	const fits = maxNewTokens < model.lm.config.contextLength;
	return promptTokens(model, prompt, fits ? maxNewTokens : 0);
}

/** The prompt with its tokens; as text alone where the tokenizer spells one of them otherwise. */
function readBy(tokenizer: Tokenizer, prompt: Prompt): Prompt {
	const {text, appended} = prompt;
	return appended.every(token => isSpelledSo(tokenizer, token)) ? prompt : {text: text + spell(appended), appended: []};
}

/** Whether the tokenizer spells the id as the token does; a token without a spelling is its id. */
const isSpelledSo = (tokenizer: Tokenizer, {id, ...spelling}: Exclude<ClassRef, number>) =>
	(spelling.text === undefined && spelling.bytes === undefined) ||
	(id < tokenizer.size && sameSpelling(tokenizer.token(id), spelling));

const sameSpelling = (a: Omit<Token, 'id'>, b: Omit<Token, 'id'>) =>
	a.text === b.text && (a.text !== undefined || String(a.bytes) === String(b.bytes));
