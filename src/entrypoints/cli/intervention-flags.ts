import type {Changes, Fill} from '../../protocol/values/changes.ts';
import {partNamed} from '../../protocol/values/part-names.ts';
import type {ParsedValues} from './parameter-flags.ts';
import {UsageError} from './usage-error.ts';

/** What `explain` changes about the body, and what it finds out by changing it. */
export interface InterventionFlags {
	off: NonNullable<Changes['off']>;
	fill: Fill;
	/** A second prompt, and where it goes into the first: everywhere in turn, if nowhere. */
	patch: {text: string; cells: {block: number; position: number}[]} | null;
	steer: NonNullable<Changes['steer']> | null;
	/** Whether every part is switched off in turn. */
	parts: boolean;
	/** Whether heads are labelled. */
	heads: boolean;
}

const string = {type: 'string'} as const;
const boolean = {type: 'boolean'} as const;

/** Its flags, for `parseArgs`. */
export const INTERVENTION_OPTIONS = {
	ablate: {...string, multiple: true},
	fill: string,
	patch: string,
	'patch-at': {...string, multiple: true},
	steer: string,
	'steer-block': string,
	'steer-weight': string,
	'steer-at': string,
	parts: boolean,
	heads: boolean,
} as const;

/** Their lines in `--help`. */
export const INTERVENTION_HELP = `  --ablate PART             explain: switch a part off, may be given several times: 5.3 (head 3 of block 5), attention.5, mlp.5
  --fill zero|mean          explain: what a part that is off gives: zero (default), or its mean over the text's positions
  --parts                   explain: every head and feed-forward switched off in turn, beside what each adds to the logit directly
  --patch TEXT              explain: the residual stream of each position and block taken from this prompt of as many tokens
  --patch-at BLOCK.POSITION explain: taken from it there alone, may be given several times; block 0 is before the first
  --steer "TOWARD => FROM"  explain: add the difference of two texts' residual streams (a space in a text counts)
  --steer-block N, --steer-weight W, --steer-at beginning|every
                            explain: after which block (default: half of them), how much (default: 1), and where
                            (default: beginning, position by position)
  --heads                   explain: where every head looks, on the text and on random tokens that come twice`;

const text = (values: ParsedValues, name: string) => values[name] as string | undefined;
const texts = (values: ParsedValues, name: string) => (values[name] as string[] | undefined) ?? [];

function one<const T extends readonly string[]>(values: ParsedValues, name: string, choices: T): T[number] {
	const value = text(values, name) ?? choices[0];
	if (choices.includes(value)) return value;
	throw new UsageError(`--${name} must be ${choices.join(' or ')}, but is ${JSON.stringify(value)}.`);
}

/** @throws UsageError */
export function readInterventionFlags(values: ParsedValues): InterventionFlags {
	const off = texts(values, 'ablate').map(name => {
		const part = partNamed(name);
		if (part) return part;
		throw new UsageError(
			`--ablate must name a part, such as 5.3, attention.5 or mlp.5, but is ${JSON.stringify(name)}.`,
		);
	});
	const cells = texts(values, 'patch-at').map(cell => {
		const [, block, position] = /^(\d{1,4})\.([1-9]\d{0,5})$/.exec(cell) ?? [];
		if (block) return {block: Number(block), position: Number(position) - 1};
		throw new UsageError(`--patch-at must be a block and a position, such as 4.3, but is ${JSON.stringify(cell)}.`);
	});
	const patch = text(values, 'patch');
	if (patch === undefined && cells.length > 0)
		throw new UsageError('--patch-at has no effect without --patch TEXT, the prompt that it is taken from.');
	return {
		off,
		fill: one(values, 'fill', ['zero', 'mean']),
		patch: patch === undefined ? null : {text: patch, cells},
		steer: readSteer(values),
		parts: values.parts === true,
		heads: values.heads === true,
	};
}

/** @returns with block -1 where none is said: the model's shape is not known yet. */
function readSteer(values: ParsedValues): InterventionFlags['steer'] {
	const steer = text(values, 'steer');
	const others = ['steer-block', 'steer-weight', 'steer-at'].find(name => values[name] !== undefined);
	if (steer === undefined) {
		if (others) throw new UsageError(`--${others} has no effect without --steer.`);
		return null;
	}
	const [toward, from, ...rest] = steer.split('=>');
	if (from === undefined || rest.length > 0)
		throw new UsageError(`--steer must be "TOWARD => FROM", but is ${JSON.stringify(steer)}.`);
	const number = (name: string, initial: number) => {
		const value = text(values, name);
		if (value === undefined) return initial;
		if (value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
		throw new UsageError(`--${name} must be a number, but is ${JSON.stringify(value)}.`);
	};
	const block = number('steer-block', -1);
	if (values['steer-block'] !== undefined && (!Number.isInteger(block) || block < 0))
		throw new UsageError(`--steer-block must be a whole number from 0 on, but is ${JSON.stringify(block)}.`);
	return {
		// The spaces around the arrow are the arrow's: one more is the text's.
		toward: toward.replace(/ $/, ''),
		from: from.replace(/^ /, ''),
		block,
		weight: number('steer-weight', 1),
		at: one(values, 'steer-at', ['beginning', 'every']),
	};
}
