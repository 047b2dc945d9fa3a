import {readExample, readLabels} from '../../protocol/questions/label.ts';
import {
	INTERVENTION_HELP,
	INTERVENTION_OPTIONS,
	type InterventionFlags,
	readInterventionFlags,
} from './intervention-flags.ts';
import type {ParsedValues} from './parameter-flags.ts';
import {UsageError} from './usage-error.ts';

/** The flags of `explain`. */
export interface ExplainFlags {
	/** Text of the class; undefined for the most probable one. */
	class: string | undefined;
	/** Text of a second class, for the difference of the two. */
	against: string | undefined;
	unit: 'token' | 'word' | 'sentence';
	/** Replaces a part; '' removes it. */
	replacement: string;
	interventions: InterventionFlags;
}

/** The flags of `classify`. */
export interface ClassifyFlags {
	labels: string[];
	template: string | undefined;
	examples: {text: string; label: string}[];
	/** The content-free text to calibrate with; null calibrates nothing. */
	contentFree: string | null;
}

const UNITS = ['token', 'word', 'sentence'] as const;
const string = {type: 'string'} as const;

/** The flags of both, for `parseArgs`. */
export const WALK_OPTIONS = {
	class: string,
	against: string,
	unit: string,
	replacement: string,
	...INTERVENTION_OPTIONS,
	labels: string,
	template: string,
	example: {...string, multiple: true},
	calibrate: {type: 'boolean'},
	'content-free': string,
} as const;

/** Their lines in `--help`. */
export const WALK_HELP = `  --class TEXT              explain: the class (default: the most probable one); a space before a word is part of it
  --against TEXT            explain: a second class; influence is then about the lead of the first over it
  --unit token|word|sentence, --replacement TEXT
                            explain: what is taken out of the prompt at a time, and what takes its place
${INTERVENTION_HELP}
  --labels A,B,...          classify: the labels
  --template T              classify: with {text} where the text goes; the label follows it
  --file LINES.csv          classify: many texts, from the columns text and label (the true one, if known)
  --example "TEXT => LABEL" classify: shown to the model first; may be given several times
  --calibrate, --content-free TEXT
                            classify: divide by what the labels get for a content-free text (default: N/A)`;

const text = (values: ParsedValues, name: string) => values[name] as string | undefined;

/** @throws UsageError */
export function readExplainFlags(values: ParsedValues): ExplainFlags {
	const unit = text(values, 'unit') ?? 'token';
	const known = UNITS.find(one => one === unit);
	if (!known) throw new UsageError(`--unit must be ${UNITS.join(', ')}, but is ${JSON.stringify(unit)}.`);
	return {
		class: text(values, 'class'),
		against: text(values, 'against'),
		unit: known,
		replacement: text(values, 'replacement') ?? '',
		interventions: readInterventionFlags(values),
	};
}

/** @throws UsageError */
export function readClassifyFlags(values: ParsedValues): ClassifyFlags {
	const labels = readLabels(text(values, 'labels') ?? '');
	const examples = ((values.example as string[] | undefined) ?? []).map(line => {
		const example = readExample(line);
		if (!example || !labels.includes(example.label))
			throw new UsageError(`--example must be "TEXT => LABEL" with one of the labels, but is ${JSON.stringify(line)}.`);
		return example;
	});
	const contentFree = text(values, 'content-free');
	return {
		labels,
		template: text(values, 'template')?.replaceAll('\\n', '\n'),
		examples,
		contentFree: contentFree ?? (values.calibrate === true ? 'N/A' : null),
	};
}
