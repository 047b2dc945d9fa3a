import {Environment, parse, tokenize} from '@huggingface/jinja';
import {EngineError} from '../../errors/engine-error.ts';
import {refuse} from '../../errors/refusal.ts';
import {BoundedInterpreter, EndlessTemplate} from './bounded-interpreter.ts';
import {strftime} from './strftime.ts';
import type {WrittenTemplate} from './written-template.ts';

/** One message of a conversation. */
export interface Message {
	role: string;
	content: string;
}

/** A model's way of writing a conversation as text (`chat_template` of Hugging Face's tokenizers), in Jinja. */
export class ChatTemplate {
	readonly #written: WrittenTemplate;

	constructor(written: WrittenTemplate) {
		this.#written = written;
	}

	/**
	 * A conversation as text, with the template's own special tokens in it, as `apply_chat_template` of Hugging Face renders it.
	 * @param variables further ones that the template asks for, such as `enable_thinking`.
	 * @throws EngineError `bad-model` for a template that fails, or takes more than any template should.
	 */
	render(messages: readonly Message[], variables: Readonly<Record<string, unknown>> = {}): string {
		try {
			const environment = new Environment();
			const given = {...GLOBALS, ...this.#written.tokens, add_generation_prompt: true, ...variables, messages};
			for (const [name, value] of Object.entries(given)) environment.set(name, value);
			// As in Hugging Face's `transformers`: a block takes its line with it.
			const program = parse(tokenize(this.#written.source, {lstrip_blocks: true, trim_blocks: true}));
			const {value} = new BoundedInterpreter(environment).run(program) as {value: unknown};
			return String(value);
		} catch (error) {
			if (error instanceof EndlessTemplate || error instanceof RangeError)
				throw new EngineError('bad-model', refuse('chat-endless'), {cause: error});
			throw new EngineError('bad-model', refuse('chat-failed', {detail: (error as Error).message}), {cause: error});
		}
	}

	/** A text as a user's turn, and the beginning of the answer. @throws EngineError `bad-model`. */
	asTurn(text: string): string {
		return this.render([{role: 'user', content: text}]);
	}

	/**
	 * The same, and what of it the template puts before and after the words; null for that where it does more to them than to trim
	 * them. It is told by another text, so that words that are the template's own as well (`user`) are found at their place.
	 * @throws EngineError `bad-model`.
	 */
	aroundTurn(text: string): {text: string; around: {before: string; after: string} | null} {
		const written = this.asTurn(text);
		const [before, after, ...more] = this.asTurn(MARK).split(MARK);
		const isAround =
			after !== undefined && more.length === 0 && [text, text.trim()].some(words => before + words + after === written);
		return {text: written, around: isAround ? {before, after} : null};
	}
}

/** A text that no template writes by itself, and none trims: a character of private use. */
const MARK = '\uf8ff';

/** What every template finds. */
const GLOBALS = {
	true: true,
	True: true,
	false: false,
	False: false,
	none: null,
	None: null,
	// They are there, and there are none: a template may ask either.
	tools: null,
	documents: null,
	range,
	strftime_now: (format: string) => strftime(new Date(), format),
	raise_exception(message: string) {
		throw new Error(message);
	},
};

/** The longest list that a template may count out. */
const MOST_RANGE = 100_000;

function range(start: number, stop?: number, step = 1): number[] {
	const [from, to] = stop === undefined ? [0, start] : [start, stop];
	if (step === 0) throw new Error('range() must not have a step of 0.');
	const length = Math.max(0, Math.ceil((to - from) / step));
	if (length > MOST_RANGE) throw new EndlessTemplate();
	return Array.from({length}, (_, i) => from + i * step);
}
