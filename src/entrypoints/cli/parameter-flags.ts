import * as v from 'valibot';
import {sentenceOf} from '../../engine/errors/refusal.ts';
import {expected} from '../../engine/parameters/check.ts';
import {GONE_NAMES, goneFrom} from '../../engine/parameters/gone.ts';
import {
	HUGGING_FACE_GENERATION,
	PARAMETER_NAMES,
	PARAMETERS,
	type ParameterName,
	unreadWithout,
} from '../../engine/parameters/registry.ts';
import {firstIssue} from '../../protocol/port.ts';
import {Generation} from '../../protocol/values/generation.ts';
import {UsageError} from './usage-error.ts';

/** The flags of the parameters of generation: Hugging Face's names with dashes, and Hugging Face's defaults. */

/** The values that `parseArgs` found, by flag. */
export type ParsedValues = Record<string, string | boolean | (string | boolean)[] | undefined>;

const kebab = (name: string) => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

/** The names of a parameter's flag; a list of texts has a short one for each text too. */
function flagsOf(name: ParameterName): string[] {
	const parameter = PARAMETERS[name];
	return parameter.kind === 'texts' ? [kebab(name), parameter.flag] : [kebab(name)];
}

/** The flags for `parseArgs`. */
export const PARAMETER_OPTIONS = Object.fromEntries([
	...GONE_NAMES.map(name => [kebab(name), {type: 'string'} as const]),
	...PARAMETER_NAMES.flatMap(name => {
		const {kind} = PARAMETERS[name];
		const option =
			kind === 'switch' ? ({type: 'boolean'} as const) : ({type: 'string', multiple: kind === 'texts'} as const);
		return flagsOf(name).map(flag => [flag, option]);
	}),
]);

/**
 * @param others the values of those that no flag names.
 * @param listsClasses whether the command lists classes: then warpers apply, though nothing is drawn.
 * @throws UsageError naming the flag and the value; also for a flag that would do nothing.
 */
export function readGeneration(values: ParsedValues, others: Generation, listsClasses: boolean): Generation {
	refuseGone(values);
	const given: Record<string, unknown> = {};
	for (const name of PARAMETER_NAMES) {
		for (const flag of flagsOf(name)) {
			const value = values[flag];
			if (value === undefined) continue;
			const isRaw = name === 'form' && HAVE_ESCAPES.has(values['form-kind']);
			const read = isRaw ? value : readValue(name, flag, value);
			given[name] = Array.isArray(read) ? [...((given[name] as string[] | undefined) ?? []), ...read] : read;
		}
	}

	const names = Object.keys(given) as ParameterName[];
	const warps = listsClasses && names.some(name => PARAMETERS[name].stage === 'warper');
	const checked = v.safeParse(Generation, {...others, ...(warps ? {doSample: true} : {}), ...given});
	if (!checked.success) throw new UsageError(firstIssue(checked.issues));
	for (const name of names) refuseUnread(name, checked.output);
	return checked.output;
}

/** A flag of an earlier version may still say that its search is off. */
function refuseGone(values: ParsedValues): void {
	for (const name of GONE_NAMES) {
		const flag = kebab(name);
		const [gone] = goneFrom({[name]: values[flag]});
		if (gone) throw new UsageError(`${sentenceOf(gone)} Leave --${flag} out.`);
	}
}

/** A flag that would do nothing is refused, unless its value is the one that does nothing anyway. */
function refuseUnread(name: ParameterName, generation: Generation): void {
	const missing = unreadWithout(name, generation);
	if (!missing || generation[name] === HUGGING_FACE_GENERATION[name]) return;
	const wanted = missing.map(awayFromNeutral).join(' or ');
	throw new UsageError(`--${kebab(name)} has no effect without ${wanted}. Add that, or leave --${kebab(name)} out.`);
}

/** `--do-sample`, `--num-beams above 1`. */
function awayFromNeutral(name: ParameterName): string {
	const {kind, neutral} = PARAMETERS[name];
	return kind === 'number' ? `--${kebab(name)} above ${neutral}` : `--${kebab(name)}`;
}

function readValue(name: ParameterName, flag: string, value: NonNullable<ParsedValues[string]>): unknown {
	if (typeof value === 'boolean') return value;
	if (Array.isArray(value)) return value.map(text => unescaped(text as string));
	const parameter = PARAMETERS[name];
	if (parameter.kind === 'text') return unescaped(value);
	if (parameter.kind === 'numbers') return value.split(',').map(one => numberOf(flag, one));
	if (parameter.kind === 'choice') return parameter.choices.find(choice => String(choice) === value) ?? value;
	return numberOf(flag, value);
}

function numberOf(flag: string, value: string): number {
	const number = Number(value);
	if (value.trim() === '' || Number.isNaN(number))
		throw new UsageError(`--${flag} must be a number, but is ${JSON.stringify(value)}.`);
	return number;
}

/** Kinds of form whose notation has its own escapes, and needs no line breaks: theirs stay as they are. */
const HAVE_ESCAPES: ReadonlySet<unknown> = new Set(['regex', 'json_schema']);

/** A shell passes `"\n"` as two characters. */
const unescaped = (text: string) =>
	text.replace(/\\([nt\\])/g, (_, char: string) => ({n: '\n', t: '\t', '\\': '\\'})[char]!);

/** A line of `--help` for every parameter. */
export const PARAMETER_HELP = PARAMETER_NAMES.map(name => {
	const parameter = PARAMETERS[name];
	if (parameter.kind === 'texts') return line(`--${parameter.flag} TEXT`, 'may be given several times');
	const value = String(HUGGING_FACE_GENERATION[name]) || 'none';
	const {readWith} = parameter;
	const when = readWith ? `; with ${readWith.map(other => `--${kebab(other)}`).join(' or ')}` : '';
	return parameter.kind === 'switch'
		? line(`--${kebab(name)}`, `a switch; --no-${kebab(name)} turns it off`)
		: line(`--${kebab(name)} X`, `${expected(parameter)} (${value})${when}`);
}).join('\n');

function line(flag: string, text: string): string {
	return `  ${flag.padEnd(25)} ${text}`;
}
