import {EngineError} from '../engine/errors.ts';
import {changedModel} from '../engine/interventions/changed-model.ts';
import {checkStream, type Intervention} from '../engine/interventions/intervention.ts';
import {meansOf} from '../engine/interventions/means.ts';
import {checkSameLength} from '../engine/interventions/patching.ts';
import {steeringOf} from '../engine/interventions/steering.ts';
import {streamsOf} from '../engine/interventions/streams.ts';
import type {KernelModel} from '../engine/model/kernel-model.ts';
import {inTurn} from '../engine/model/turns.ts';
import type {OpenModel} from '../engine/open-model.ts';
import type {Changes, Prompt} from '../protocol/engine.ts';
import type {Steer} from '../protocol/intervention.ts';
import {refuse} from '../refusals/refusal.ts';
import {withFiniteLogits} from './finite-logits.ts';
import {promptTokens, withBeginning} from './prompts.ts';
import {StepwiseLogits} from './stepwise-logits.ts';

/** Changed models that are kept: what they have read is read already when the next question comes. */
const KEPT = 4;

interface Changed {
	readonly kernels: KernelModel;
	readonly stepwise: StepwiseLogits;
}

/** The open model with changes, each kept while it is asked of. */
export class ChangedModels {
	/** By what is changed; the one that was used last comes last. */
	readonly #kept = new Map<string, Changed>();

	/**
	 * @param text the tokens whose positions a mean is taken over.
	 * @param read all tokens that are read: another prompt's positions are of them.
	 * @param addSpecialTokens as in `Prompt`: texts that steer begin as the prompt does.
	 */
	async of(
		model: OpenModel,
		changes: Changes,
		{text, read, addSpecialTokens}: {text: readonly number[]; read: readonly number[]; addSpecialTokens?: boolean},
		signal: AbortSignal,
	): Promise<Changed> {
		const kernels = kernelsOf(model);
		const other = changes.patch ? wholePrompt(model, changes.patch.prompt) : [];
		// Also where the vectors are known: they were of another text's positions.
		if (changes.patch) checkSameLength(read, other);
		const meansOver = changes.fill === 'mean' && changes.off?.length ? text : [];
		const key = JSON.stringify([changes.off, changes.steer, addSpecialTokens, changes.patch?.cells, other, meansOver]);
		const known = this.#kept.get(key);
		if (known) {
			this.#kept.delete(key);
			this.#kept.set(key, known);
			return known;
		}
		const lm = changedModel(kernels, {
			off: changes.off ?? [],
			means: meansOver.length > 0 ? await meansOf(kernels, meansOver, {signal}) : null,
			replaced: changes.patch ? await replaced(kernels, changes.patch.cells, read, other, signal) : [],
			added: changes.steer ? await steering(model, changes.steer, addSpecialTokens, signal) : [],
		});
		const changed = {kernels: lm, stepwise: new StepwiseLogits(withFiniteLogits(lm))};
		this.#kept.set(key, changed);
		for (const [old, {kernels}] of [...this.#kept].slice(0, -KEPT)) {
			this.#kept.delete(old);
			await inTurn(() => kernels.forget());
		}
		return changed;
	}
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
