import {SENTENCES} from './sentences.ts';

/** Why something is refused: a code that stays the same, and what the sentence about it names. */
export interface Refusal {
	readonly code: string;
	readonly values: RefusalValues;
}
export type RefusalValues = Readonly<Record<string, string | number | readonly string[]>>;
export type RefusalCode = keyof typeof SENTENCES;

/** The names in braces of a sentence; what begins with @ names a parameter and needs no value. */
type NamesIn<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
	? (Name extends `@${string}` ? never : Name) | NamesIn<Rest>
	: never;
type ValuesOf<C extends RefusalCode> = {readonly [N in NamesIn<(typeof SENTENCES)[C]>]: RefusalValues[string]};

/** The longest text that a refusal carries. What is longer came from a file or a page, and its beginning tells which. */
export const MAX_TEXT = 300;
const capped = (value: RefusalValues[string]) =>
	typeof value === 'string' && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;

/** A refusal with the values that its sentence names. */
export const refuse = <C extends RefusalCode>(
	code: C,
	...[values]: [NamesIn<(typeof SENTENCES)[C]>] extends [never] ? [] : [ValuesOf<C>]
): Refusal => ({
	code,
	values: Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, capped(value as string)])),
});

/** A fault of the program, which has no sentence of its own: its words follow ours as they are. */
export const technical = (error: unknown): Refusal =>
	refuse('technical', {detail: error instanceof Error ? error.message : String(error)});

/** The names in a sentence in their order, each once: `$1`, `$2`… of the message of a page. `@topK` names a parameter. */
export const namesIn = (code: RefusalCode): string[] => [
	...new Set([...SENTENCES[code].matchAll(/\{(@?\w+)\}/g)].map(match => match[1])),
];

export const isRefusalCode = (code: string): code is RefusalCode => Object.hasOwn(SENTENCES, code);

const spoken = (value: RefusalValues[string]): string =>
	typeof value === 'object'
		? [value.slice(0, -1).join(', '), ...value.slice(-1)].filter(Boolean).join(' or ')
		: `${value}`;

/** The English sentences, for the command line and logs. */
export const sentenceOf = (refusals: Refusal | readonly Refusal[]): string =>
	[refusals]
		.flat()
		.map(({code, values}: Refusal) =>
			isRefusalCode(code)
				? SENTENCES[code].replace(/\{(@?)(\w+)\}/g, (_, isParameter: string, name: string) =>
						isParameter ? name : spoken(values[name] ?? ''),
					)
				: code,
		)
		.join(' ');

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
