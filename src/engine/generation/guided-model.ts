import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';
import type {Branches, CausalLM, Prefix, Step} from '../model/causal-lm.ts';
import type {GenerationConfig} from './config.ts';

interface GuidedPrefix extends Prefix {
	readonly own: Prefix;
	readonly other: Prefix;
}
interface GuidedBranches extends Branches {
	readonly own: Branches;
	readonly other: Branches;
}

/**
 * A model that reads every continuation twice, after the prompt and after the other one, and gives the second logits as
 * `against`: what guidance needs, under every strategy. The model itself where guidance is off.
 * @throws EngineError `too-long` when a prompt is read and the other one leaves no room for the continuation.
 */
export function guidedModel(model: CausalLM, config: GenerationConfig): CausalLM {
	if (config.guidanceScale === 1) return model;
	const guided = (own: Step, other: Step): Step => ({
		branches: {
			size: own.branches.size,
			length: own.branches.length,
			own: own.branches,
			other: other.branches,
		} as Branches,
		logits: own.logits,
		logSumExps: own.logSumExps,
		against: other.logits,
		rows: own.rows,
		hidden: own.hidden,
	});
	const both = (branches: Branches, change: (one: Branches) => Branches): GuidedBranches => {
		const {own, other} = branches as GuidedBranches;
		const changed = change(own);
		return {size: changed.size, length: changed.length, own: changed, other: change(other)};
	};
	return {
		config: model.config,
		abilities: model.abilities,
		async prefill(ids, options) {
			const otherIds = otherPrompt(ids, config);
			checkRoom(otherIds, config, model);
			const own = await model.prefill(ids, options);
			const other = await model.prefill(otherIds, {signal: options?.signal});
			const {logits, logSumExp, hidden} = own;
			return {ids, logits, logSumExp, hidden, against: other.logits, own, other} as GuidedPrefix;
		},
		async extend(prefix, branches, tokens, options) {
			const {own, other} = prefix as GuidedPrefix;
			const guidedBranches = branches as GuidedBranches | null;
			const step = await model.extend(own, guidedBranches?.own ?? null, tokens, options);
			const apart = {...options, hidden: false, into: undefined};
			const against = await model.extend(other, guidedBranches?.other ?? null, tokens, apart);
			return guided(step, against);
		},
		select: (branches, rows) => both(branches, one => model.select(one, rows)),
		truncate: (branches, length) => both(branches, one => model.truncate(one, length)),
		scoreWindow: (ids, from, options) => model.scoreWindow(ids, from, options),
		headRows: (ids, options) => model.headRows(ids, options),
		dispose: () => model.dispose(),
	};
}

/** The other prompt: the negative one, or the last token of the prompt, as in Hugging Face. */
export const otherPrompt = (prompt: readonly number[], {negativePromptIds}: GenerationConfig): readonly number[] =>
	negativePromptIds ?? prompt.slice(-1);

function checkRoom(ids: readonly number[], {maxNewTokens}: GenerationConfig, {config}: CausalLM): void {
	const room = config.contextLength - Math.min(maxNewTokens, config.contextLength - 1);
	if (ids.length <= room) return;
	throw new EngineError('too-long', refuse('negative-prompt-long', {tokens: ids.length, most: room}));
}
