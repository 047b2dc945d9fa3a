import type {Form} from './form.ts';

/** A form whose first tokens are written already: those that were appended before a continuation begins. */
export class HeldForm {
	readonly #before: readonly number[];

	/** @param before the tokens before the continuation; where they are no beginning of the form, it begins with the continuation. */
	constructor(
		readonly form: Form,
		before: readonly number[],
	) {
		this.#before = form.fitting(before) ? before : [];
	}

	/** Which classes fit after these tokens of the continuation, 1 for each by id; null where the tokens do not fit themselves. */
	fitting(generated: readonly number[]): Uint8Array | null {
		return this.form.fitting([...this.#before, ...generated]);
	}

	/** Whether the form is complete after these tokens. */
	isComplete(generated: readonly number[]): boolean {
		return this.form.isComplete([...this.#before, ...generated]);
	}

	/** Whether it is, and nothing can follow. */
	isFinished(generated: readonly number[]): boolean {
		return this.form.isFinished([...this.#before, ...generated]);
	}

	/** What can follow. */
	next(generated: readonly number[]): ReturnType<Form['next']> {
		return this.form.next([...this.#before, ...generated]);
	}

	toJSON() {
		return {form: this.form, before: this.#before};
	}
}
