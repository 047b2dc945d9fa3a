import type {Branches, CausalLM, Prefix, RunOptions} from '../engine/model/causal-lm.ts';
import {extendBy} from '../engine/model/extend-by.ts';
import {sharedLength} from '../engine/model/shared-length.ts';
import type {PromptTokens} from './prompts.ts';

/** Classes that were appended to a prompt, and what the model computed for them. Immutable. */
interface AppendedClasses {
	prefix: Prefix;
	ids: readonly number[];
	branches: Branches | null;
	/** Logits after the first n of `ids`, by n; of the last few alone. */
	logits: ReadonlyMap<number, Float32Array>;
}

/** How many prompts with their appended classes are kept. */
const KEPT_PROMPTS = 2;
/** Bytes of the last logits of a prompt that are kept, so that taking a class back costs nothing; the last ones are kept whatever they take. */
const KEPT_BYTES = 4 * 1024 ** 2;

/**
 * Logits after a prompt to which classes are appended one at a time. Appending one more costs one decode step on the prompt
 * that has been read, however many were appended before; taking one back costs nothing, or one step once it is long ago.
 */
export class StepwiseLogits {
	/** The prompts that were asked of last, the last one first: with guidance there are two by turns. */
	#recent: readonly AppendedClasses[] = [];

	constructor(private readonly lm: CausalLM) {}

	/** Logits of the class after the prompt, [V]; read, never written. */
	async logits({ids, appended}: Pick<PromptTokens, 'ids' | 'appended'>, options: RunOptions): Promise<Float32Array> {
		const prefix = await this.lm.prefill(ids.slice(0, ids.length - appended), options);
		const wanted = ids.slice(ids.length - appended);
		if (wanted.length === 0) return prefix.logits;

		const before = this.#recent.find(one => one.prefix === prefix) ?? nothingAppended(prefix);
		const shared = sharedLength(before.ids, wanted);
		const known = shared === wanted.length ? before.logits.get(shared) : undefined;
		if (known) return known;

		// The last class is always read: its logits are the answer.
		const start = Math.min(shared, wanted.length - 1);
		const branches = start === 0 ? null : this.lm.truncate(before.branches!, start);
		const step = await extendBy(this.lm, prefix, branches, wanted.slice(start), {signal: options.signal});
		const others = Math.max(0, Math.floor(KEPT_BYTES / step.logits.byteLength) - 1);
		const behind = [...before.logits].filter(([length]) => length <= start);
		const earlier = behind.slice(behind.length - Math.min(others, behind.length));
		const logits = new Map([...earlier, [wanted.length, step.logits] as const]);
		const asked = {prefix, ids: wanted, branches: step.branches, logits};
		this.#recent = [asked, ...this.#recent.filter(one => one !== before)].slice(0, KEPT_PROMPTS);
		return step.logits;
	}
}

const nothingAppended = (prefix: Prefix): AppendedClasses => ({prefix, ids: [], branches: null, logits: new Map()});
