import {EngineError} from '../engine/errors/engine-error.ts';
import {refuse} from '../engine/errors/refusal.ts';
import {changedModel} from '../engine/inspect/changed-model.ts';
import {checkStream, type Intervention} from '../engine/inspect/intervention.ts';
import {meansOf} from '../engine/inspect/means.ts';
import {checkSameLength} from '../engine/inspect/patching.ts';
import {steeringOf} from '../engine/inspect/steering.ts';
import {streamsOf} from '../engine/inspect/streams.ts';
import type {KernelModel} from '../engine/model/kernel-model.ts';
import {inTurn} from '../engine/model/turns.ts';
import type {OpenModel} from '../engine/open-model.ts';
import type {Changes, Steer} from '../protocol/values/changes.ts';
import type {Prompt} from '../protocol/values/prompt.ts';
import {withFiniteLogits} from './finite-logits.ts';
import {type PromptTokens, promptTokens, withBeginning} from './prompts.ts';
import {StepwiseLogits} from './stepwise-logits.ts';

/** Changed models that are kept: what they have read is read already when the next question comes. */
const KEPT = 4;

interface Changed {
	readonly kernels: KernelModel;
	readonly stepwise: StepwiseLogits;
}

/** A changed model that is kept or being made, and the signal of the question that it is made for. */
interface Kept {
	readonly changed: Promise<Changed>;
	readonly signal: AbortSignal;
}

/** The open model with changes, each kept while it is asked of. */
export class ChangedModels {
	/** By what is changed; the one that was used last comes last. */
	readonly #kept = new Map<string, Kept>();

	/**
	 * @param read how the answer reads a prompt. A mean is taken over the positions of the text that it reads; a patch is of the
	 * positions that it reads, here and of the other prompt.
	 */
	async of(
		model: OpenModel,
		changes: Changes,
		prompt: Prompt,
		read: (prompt: Prompt) => PromptTokens,
		signal: AbortSignal,
	): Promise<Changed> {
		const kernels = kernelsOf(model);
		const {ids, appended, dropped, added} = read(prompt);
		const {patch, steer, off = [], fill} = changes;
		// Also where the vectors are known: they were of another text's positions.
		const other = patch ? patchedFrom(model, patch.prompt, read, ids.length + dropped) : [];
		const cells = patch?.cells.map(cell => ({...cell, position: positionRead(cell.position, added, dropped, model)}));
		const meansOver = fill === 'mean' && off.length > 0 ? ids.slice(0, ids.length - appended) : [];
		const {addSpecialTokens} = prompt;
		const key = JSON.stringify([off, steer, addSpecialTokens, cells, other, meansOver]);
		const known = this.#kept.get(key);
		if (known) {
			this.#kept.delete(key);
			this.#kept.set(key, known);
			try {
				return await known.changed;
			} catch (error) {
				// It was made for a question that was cancelled, which this one was not.
				if (!known.signal.aborted || signal.aborted) throw error;
				return this.of(model, changes, prompt, read, signal);
			}
		}
		const make = async (): Promise<Changed> => {
			const lm = changedModel(kernels, {
				off,
				means: meansOver.length > 0 ? await meansOf(kernels, meansOver, {signal}) : null,
				replaced: cells ? await replaced(kernels, cells, ids, other, signal) : [],
				added: steer ? await steering(model, steer, addSpecialTokens, signal) : [],
			});
			return {kernels: lm, stepwise: new StepwiseLogits(withFiniteLogits(lm))};
		};
		const kept = {changed: make(), signal};
		this.#kept.set(key, kept);
		try {
			return await kept.changed;
		} catch (error) {
			if (this.#kept.get(key) === kept) this.#kept.delete(key);
			throw error;
		} finally {
			await this.#forgetOldest();
		}
	}

	/** What is still being made is waited for by its own question, and goes afterwards. */
	async #forgetOldest(): Promise<void> {
		for (const [key, {changed}] of [...this.#kept].slice(0, -KEPT)) {
			this.#kept.delete(key);
			const {kernels} = await changed;
			await inTurn(() => kernels.forget());
		}
	}
}

/** The tokens of the prompt that a patch is taken from. @throws EngineError where they are not as many as `length`, or too many. */
function patchedFrom(
	model: OpenModel,
	prompt: Prompt,
	read: (prompt: Prompt) => PromptTokens,
	length: number,
): readonly number[] {
	checkSameLength(length, wholePrompt(model, prompt).length);
	return read(prompt).ids;
}

/** Where a position of the whole prompt is in what is read of it. @throws EngineError `too-long` where it was dropped. */
function positionRead(position: number, added: number, dropped: number, {lm}: OpenModel): number {
	if (position < added || dropped === 0) return position;
	if (position >= added + dropped) return position - dropped;
	const {contextLength: context} = lm.config;
	throw new EngineError('too-long', refuse('position-dropped', {position: position + 1, dropped, context}));
}

/** The model's kernels. @throws EngineError `not-supported` for an ONNX export, which has none. */
export function kernelsOf({kernels}: Pick<OpenModel, 'kernels'>): KernelModel {
	if (kernels) return kernels;
	throw new EngineError('not-supported', refuse('onnx-no-change'));
}

/** The tokens of a prompt, all of them. @throws EngineError `too-long` where some do not fit. */
export function wholePrompt(model: OpenModel, prompt: Prompt): readonly number[] {
	const {ids, dropped} = promptTokens(model, prompt);
	const {contextLength: context} = model.lm.config;
	if (dropped === 0) return ids;
	throw new EngineError('too-long', refuse('prompt-too-long', {length: ids.length + dropped, dropped, context}));
}

async function replaced(
	kernels: KernelModel,
	cells: readonly {block: number; position: number}[],
	ids: readonly number[],
	other: readonly number[],
	signal: AbortSignal,
): Promise<Intervention['replaced']> {
	for (const {block, position} of cells) {
		checkStream(block, kernels.config);
		if (position < ids.length) continue;
		throw new EngineError('bad-parameter', refuse('position-missing', {position: position + 1, last: ids.length}));
	}
	const {blocks} = await streamsOf(kernels, other, {signal});
	const D = kernels.config.hiddenSize;
	return cells.map(({block, position}) => ({
		block,
		position,
		vector: blocks[block].slice(position * D, (position + 1) * D),
	}));
}

/** The vectors that steer. @throws EngineError `bad-parameter` where a text says nothing, or both the same. */
export function steering(
	model: OpenModel,
	{toward, from, ...steer}: Steer,
	addSpecialTokens: boolean | undefined,
	signal: AbortSignal,
): Promise<Intervention['added']> {
	const {tokenizer} = model;
	const texts = [toward, from].map(text => withBeginning(tokenizer, tokenizer.encode(text), addSpecialTokens));
	if (texts.some(ids => ids.length === 0)) throw new EngineError('bad-parameter', refuse('steer-empty'));
	if (String(texts[0]) === String(texts[1])) throw new EngineError('bad-parameter', refuse('steer-same'));
	const space = tokenizer.encode(' ').at(-1) ?? texts[0].at(-1)!;
	return steeringOf(kernelsOf(model), {...steer, toward: texts[0], from: texts[1], space}, {signal});
}
