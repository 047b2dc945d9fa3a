import type {Branches, CausalLM, Prefix, RunOptions} from '../../engine/causal-lm.ts';
import type {PromptTokens} from './prompts.ts';

interface Walked {
	id: number;
	branches: Branches;
	logits: Float32Array;
}

/** How many appended classes are kept for undo without computing. */
const KEPT = 32;

/**
 * Logits after a prompt to which classes are appended one at a time. Appending one more costs one decode step on the prompt
 * that has been read, taking it back costs nothing.
 */
export class BranchWalk {
	#prefix: Prefix | null = null;
	#walked: Walked[] = [];

	constructor(private readonly lm: CausalLM) {}

	/** Logits of the class after the prompt, [V]; read, never written. */
	async logits({ids, appended, dropped}: PromptTokens, options: RunOptions): Promise<Float32Array> {
		const text = ids.slice(0, ids.length - appended);
		// Once the start was dropped the positions shift, and an empty text has no prompt to walk from.
		if (dropped > 0 || text.length === 0 || appended > KEPT) return (await this.lm.prefill(ids, options)).logits;
		const prefix = await this.lm.prefill(text, options);
		if (prefix !== this.#prefix) this.#walked = [];
		this.#prefix = prefix;

		const wanted = ids.slice(text.length);
		let walked = this.#walked;
		let known = 0;
		while (known < wanted.length && walked[known]?.id === wanted[known]) known++;
		if (known < wanted.length) walked = walked.slice(0, known);
		for (const id of wanted.slice(known)) {
			const step = await this.lm.extend(prefix, walked.at(-1)?.branches ?? null, [[id]], {signal: options.signal});
			walked = [...walked, {id, branches: step.branches, logits: step.logits}];
		}

		if (this.#prefix === prefix) this.#walked = walked;
		return wanted.length === 0 ? prefix.logits : walked[wanted.length - 1].logits;
	}
}
