import {en} from '#sentences';
import {REFUSALS} from './codes.ts';
import {fill} from './message.ts';

/** Why something is refused: a code that stays the same, and what the sentence about it names. */
export interface Refusal {
	readonly code: string;
	readonly values: RefusalValues;
}
export type RefusalValues = Readonly<Record<string, string | number | readonly string[]>>;
export type RefusalCode = keyof typeof REFUSALS;

type ValuesOf<C extends RefusalCode> = Exclude<(typeof REFUSALS)[C][number], `@${string}`>;

/** The longest text that a refusal carries. What is longer came from a file or a page, and its beginning tells which. */
export const MAX_TEXT = 300;
const capped = (value: RefusalValues[string]) =>
	typeof value === 'string' && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;

/** A refusal with the values that its sentence names. */
export const refuse = <C extends RefusalCode>(
	code: C,
	...[values]: [ValuesOf<C>] extends [never] ? [] : [Readonly<Record<ValuesOf<C>, RefusalValues[string]>>]
): Refusal => ({
	code,
	values: Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, capped(value as string)])),
});

/** A fault of the program, which has no sentence of its own: its words follow ours as they are. */
export const technical = (error: unknown): Refusal =>
	refuse('technical', {detail: error instanceof Error ? error.message : String(error)});

/** What the refusal's message names. `@topK` is the name of a setting. */
export const namesIn = (code: RefusalCode): readonly string[] => REFUSALS[code];

export const isRefusalCode = (code: string): code is RefusalCode => Object.hasOwn(REFUSALS, code);

/** The name of the message that words a refusal. */
export const messageKey = (code: RefusalCode) => `error_${code.replaceAll('-', '_')}`;

const spoken = (value: RefusalValues[string]): string =>
	typeof value === 'object'
		? [value.slice(0, -1).join(', '), ...value.slice(-1)].filter(Boolean).join(' or ')
		: `${value}`;

/**
 * Refusals in English, for the command line, from the messages of the pages. A browser's part of the extension carries no
 * sentences (package.json, `imports`): a page words refusals, and logs name their codes.
 */
export const sentenceOf = (refusals: Refusal | readonly Refusal[]): string => [refusals].flat().map(sentence).join(' ');

function sentence({code, values}: Refusal): string {
	const known = isRefusalCode(code) && (en as Readonly<Partial<Record<string, string>>>)[messageKey(code)];
	if (!known) return [code, ...Object.entries(values).map(([name, value]) => `${name}: ${value}`)].join(', ');
	// A page puts a setting's label into quotation marks, since labels have spaces and commas. Its own name has none.
	return fill(known.replace(/“(\{@\w+\})”/g, '$1'), name =>
		name.startsWith('@') ? name.slice(1) : spoken(values[name] ?? ''),
	);
}

/** An error with a code that a program can switch on, and refusals that say what to do; `message` is their English. */
export abstract class RefusedError<Code extends string> extends Error {
	readonly refusals: readonly Refusal[];

	constructor(
		readonly code: Code,
		why: Refusal | readonly Refusal[],
		options?: ErrorOptions,
	) {
		const refusals = [why].flat();
		super(sentenceOf(refusals), options);
		this.refusals = refusals;
	}
}
