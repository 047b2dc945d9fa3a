import {parseArgs} from 'node:util';
import * as v from 'valibot';
import {firstIssue} from '../protocol/engine.ts';
import {Generation, idleWithout, NEUTRAL_GENERATION} from '../protocol/generation.ts';

/** Something is wrong with the command line; the message says what. */
export class UsageError extends Error {}

/**
 * What parameters are when no flag sets them: Hugging Face's defaults for `generate`, so that results can be held against
 * it; only `maxNewTokens` is ours.
 */
export const CLI_GENERATION: Generation = {
	...NEUTRAL_GENERATION,
	topK: 50,
};

/** What the command line asks for. */
export interface Flags {
	command: 'classes' | 'generate' | 'score';
	text: string | undefined;
	file: string | undefined;
	model: string | undefined;
	/** A second checkpoint that drafts for speculative decoding. */
	assistantModel: string | undefined;
	dtype: 'int8' | 'fp32';
	threads: number | undefined;
	top: number;
	stride: number | undefined;
	/** Whether windows begin at multiples of the stride, also the last one. */
	alignedWindows: boolean;
	json: boolean;
	help: boolean;
	generation: Generation;
}

const COMMANDS = ['classes', 'generate', 'score'] as const;
/** Flags whose name is not the parameter's. */
const ALIASES = {stop: 'stopStrings', 'bad-word': 'badWords'} as const;

const kebab = (name: string) => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
const parameters = Object.keys(CLI_GENERATION) as (keyof Generation)[];
const isSwitch = (name: keyof Generation) => typeof CLI_GENERATION[name] === 'boolean' && name !== 'earlyStopping';
const isList = (name: keyof Generation) => Array.isArray(CLI_GENERATION[name]);

type ParsedValues = Record<string, string | boolean | (string | boolean)[] | undefined>;

/** Read the command line. @throws UsageError naming the flag and the value. */
export function readFlags(args: readonly string[]): Flags {
	const {positionals, values} = parse(args);
	const [command] = positionals;
	const help = values.help === true || args.length === 0;
	if (!help && !COMMANDS.includes(command as Flags['command'])) {
		throw new UsageError(
			`There is no command ${JSON.stringify(command ?? '')}. Use ${COMMANDS.join(', ')}, or --help.`,
		);
	}

	if (positionals.length > 1)
		throw new UsageError(`Too many arguments: ${positionals.slice(1).join(' ')}. Put the text in quotes after --text.`);
	const dtype = values.dtype ?? 'int8';
	if (dtype !== 'int8' && dtype !== 'fp32') throw new UsageError(`--dtype must be int8 or fp32, but is ${dtype}.`);
	const string = (name: string) => values[name] as string | undefined;
	return {
		command: command as Flags['command'],
		text: string('text'),
		file: string('file'),
		model: string('model'),
		assistantModel: string('assistant-model'),
		dtype,
		threads: whole(values, 'threads', 1, 64),
		top: whole(values, 'top', 1, 1000) ?? 20,
		stride: whole(values, 'stride', 1, 1023),
		alignedWindows: values['aligned-windows'] === true,
		json: values.json === true,
		help,
		generation: readGeneration(command as Flags['command'], values),
	};
}

function parse(args: readonly string[]) {
	const string = {type: 'string'} as const;
	const boolean = {type: 'boolean'} as const;
	const generation = parameters.map(name => [
		kebab(name),
		isSwitch(name) ? boolean : {...string, multiple: isList(name)},
	]);
	const aliases = Object.keys(ALIASES).map(name => [name, {...string, multiple: true}]);
	try {
		return parseArgs({
			args: [...args],
			allowPositionals: true,
			options: {
				text: string,
				file: string,
				model: string,
				'assistant-model': string,
				dtype: string,
				threads: string,
				top: string,
				stride: string,
				'aligned-windows': boolean,
				json: boolean,
				help: {...boolean, short: 'h'},
				...Object.fromEntries([...generation, ...aliases]),
			},
		}) as {positionals: string[]; values: ParsedValues};
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
}

function readGeneration(command: Flags['command'], values: ParsedValues): Generation {
	const given: Record<string, unknown> = {};
	for (const name of parameters) {
		const value = values[kebab(name)];
		if (value !== undefined) given[name] = parameterValue(name, value);
	}

	for (const [flag, name] of Object.entries(ALIASES)) {
		const texts = values[flag] as string[] | undefined;
		if (texts) given[name] = [...((given[name] as string[] | undefined) ?? []), ...texts.map(unescaped)];
	}

	// What is listed is the distribution that these parameters make; nothing is drawn.
	const shapes =
		command === 'classes' && Object.keys(given).some(name => idleWithout(name, CLI_GENERATION) === 'doSample');
	const checked = v.safeParse(Generation, {...CLI_GENERATION, ...(shapes ? {doSample: true} : {}), ...given});
	if (!checked.success) throw new UsageError(firstIssue(checked.issues));
	refuseIdle(Object.keys(given) as (keyof Generation)[], checked.output);
	return checked.output;
}

/** An option that would do nothing is refused, unless its value is the one that does nothing anyway. */
function refuseIdle(given: readonly (keyof Generation)[], generation: Generation): void {
	for (const name of given) {
		const missing = idleWithout(name, generation);
		if (!missing || generation[name] === CLI_GENERATION[name]) continue;
		const wanted = missing === 'doSample' ? '--do-sample' : '--num-beams above 1';
		throw new UsageError(`--${kebab(name)} has no effect without ${wanted}. Add that, or leave --${kebab(name)} out.`);
	}
}

function parameterValue(name: keyof Generation, value: NonNullable<ParsedValues[string]>): unknown {
	if (typeof value === 'boolean') return value;
	if (Array.isArray(value)) return value.map(text => unescaped(text as string));
	if (name === 'earlyStopping') return value === 'true' ? true : value === 'false' ? false : value;
	const number = Number(value);
	if (value.trim() === '' || Number.isNaN(number))
		throw new UsageError(`--${kebab(name)} must be a number, but is ${JSON.stringify(value)}.`);
	return number;
}

/** A shell passes `"\n"` as two characters. */
const unescaped = (text: string) =>
	text.replace(/\\([nt\\])/g, (_, char: string) => ({n: '\n', t: '\t', '\\': '\\'})[char]!);

function whole(values: ParsedValues, name: string, min: number, max: number): number | undefined {
	const value = values[name];
	if (value === undefined) return undefined;
	const number = Number(value);
	if (!Number.isInteger(number) || number < min || number > max) {
		throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, but is ${JSON.stringify(value)}.`);
	}

	return number;
}

/** What `--help` prints. */
export const USAGE = `Usage: npm run --silent cli -- COMMAND --text T [options]

  classes    the next-token classes of a text, most probable first
  generate   continuations of a text
  score      every token of a text, classified from what stands before it

  --text T | --file F       the text
  --model DIR               a GPT-2 checkpoint folder (default: the bundled one)
  --dtype int8|fp32         how the weights are kept (default: int8)
  --threads N               WASM threads
  --json                    everything as JSON: token ids, texts, logits, log-probabilities
  --top N                   classes: how many to list (default: 20)
  --stride N                score: how far the window moves (default: half the context)
  --aligned-windows         score: begin every window at a multiple of the stride, as Hugging Face's guide does;
                            otherwise the last one moves back to a full context, and its tokens have more history
  --assistant-model DIR     generate: the draft model of speculative decoding

generate takes every parameter of Hugging Face's generate under its name with dashes, with Hugging Face's defaults
(but --max-new-tokens ${CLI_GENERATION.maxNewTokens}); classes lists what those that shape the distribution make of it. What would have no effect is refused:
  ${wrap(parameters.map(name => `--${kebab(name)}${isSwitch(name) ? '' : ' X'}`))}
  --stop TEXT and --bad-word TEXT may be given several times; \\n and \\t stand for a newline and a tab.
`;

function wrap(words: readonly string[]): string {
	const lines = [''];
	for (const word of words) {
		if (lines.at(-1)!.length + word.length > 110) lines.push('');
		lines[lines.length - 1] += `${word}  `;
	}

	return lines.map(line => line.trimEnd()).join('\n  ');
}
