import * as v from 'valibot';
import {refuse} from '../../engine/errors/refusal.ts';
import {Count, shortText, type Token} from '../values/prompt.ts';
import {saying} from '../values/refused.ts';

/** Texts classified with a person’s own labels: a chapter of the walk, and the command line’s `classify`. */

/** The most lines that are classified at once. */
export const MAX_LINES = 10_000;
/** The most labels. */
const MAX_LABELS = 30;

/** Where the text is in a template. */
export const TEXT_SLOT = '{text}';

/** Classify texts with a person's own labels, by the log-probability of each label after the filled template. */
export const LabelParams = v.object({
	texts: v.pipe(
		v.array(shortText('line-long', 20_000)),
		v.minLength(
			1,
			saying(() => refuse('label-no-text')),
		),
		v.maxLength(
			MAX_LINES,
			saying(() => refuse('lines-many', {most: MAX_LINES})),
		),
	),
	template: v.pipe(
		shortText('template-long', 4000),
		v.includes(
			TEXT_SLOT,
			saying(() => refuse('template-no-text', {slot: TEXT_SLOT})),
		),
	),
	labels: v.pipe(
		v.array(
			v.pipe(
				shortText('label-long', 100),
				v.trim(),
				v.minLength(
					1,
					saying(() => refuse('label-empty')),
				),
			),
		),
		v.minLength(
			2,
			saying(() => refuse('label-two')),
		),
		v.maxLength(
			MAX_LABELS,
			saying(() => refuse('labels-many', {most: MAX_LABELS})),
		),
		v.check(
			labels => new Set(labels).size === labels.length,
			saying(() => refuse('label-same')),
		),
	),
	/** Whether a prompt begins with what the tokenizer puts before a text; yes when left out. */
	addSpecialTokens: v.optional(v.boolean()),
	/** Put before every text, each in the template and with its label: in-context learning. */
	examples: v.pipe(v.array(v.object({text: shortText('example-long', 4000), label: Count})), v.maxLength(50)),
	/** A text without content, to calibrate with; null calibrates nothing. */
	contentFree: v.nullable(shortText('content-free-long', 200)),
	/** The true label of each text, where known. */
	truths: v.optional(v.array(v.nullable(Count))),
});
export type LabelParams = v.InferOutput<typeof LabelParams>;
/** A text, classified. */
export interface Labelled {
	/** Sum of the natural-log probabilities of each label's tokens. */
	logProbs: number[];
	/** The model's own probabilities, restricted to the labels and renormalised. */
	probabilities: number[];
	/** The same after calibration; null without it. */
	calibrated: number[] | null;
	/** Index of the label that wins, after calibration where there is one. */
	best: number;
	/** How many of the oldest tokens did not fit into the context. */
	dropped: number;
}
/** One more text has been classified. */
export interface LabelledEvent {
	kind: 'labelled';
	done: number;
	total: number;
	row: Labelled;
}
export interface LabelAnswer {
	rows: Labelled[];
	/** The prompt of the first text, which the labels continue. */
	prompt: string;
	/** The tokens of each label. */
	labelTokens: Token[][];
	/** The labels' probabilities after the content-free prompt, restricted and renormalised; null without calibration. */
	contentFree: number[] | null;
	/** Against the true labels; null where none is known. */
	evaluation: {known: number; correct: number; confusion: number[][]} | null;
}

export interface LabelTask {
	labels: string[];
	template: string;
	/** An example's label is one of the labels. */
	examples: {text: string; label: string}[];
	/** A text without content, to calibrate with; null calibrates nothing. */
	contentFree: string | null;
}

/** Labels as they are typed: separated by commas. */
export const readLabels = (typed: string): string[] =>
	typed
		.split(',')
		.map(label => label.trim())
		.filter(label => label !== '');

/** An example as it is typed, the text and its label separated by the last `=>`; null where a text or `=>` is missing. */
export function readExample(line: string): LabelTask['examples'][number] | null {
	const at = line.lastIndexOf('=>');
	const text = line.slice(0, Math.max(0, at)).trim();
	return text === '' ? null : {text, label: line.slice(at + 2).trim()};
}

/** The request for these lines. A true label that is none of the labels counts as unknown. */
export function labelRequest(
	{labels, template, examples, contentFree}: LabelTask,
	{texts, truths}: {texts: string[]; truths: readonly string[] | null},
): LabelParams {
	const indexOf = (label: string) => (labels.includes(label) ? labels.indexOf(label) : null);
	return {
		texts,
		labels,
		template,
		examples: examples.map(({text, label}) => ({text, label: labels.indexOf(label)})),
		contentFree,
		truths: truths?.map(indexOf),
	};
}

/** The template without spaces at its end: GPT-2's words bring their own. */
const trimmed = (template: string) => template.replace(/ +$/, '');

/** A label as it follows the template: after a space, but not at the start of a line. */
export const labelAfter = (template: string, label: string) =>
	trimmed(template).endsWith('\n') || trimmed(template).endsWith('\t') ? label : ` ${label}`;

/** The prompt that the labels continue: examples with their labels, then the text. */
export function labelPrompt(
	{template, labels, examples}: Pick<LabelParams, 'template' | 'labels' | 'examples'>,
	text: string,
): string {
	const fill = (content: string) => trimmed(template).replaceAll(TEXT_SLOT, () => content);
	const shown = examples.map(example => `${fill(example.text)}${labelAfter(template, labels[example.label])}\n\n`);
	return shown.join('') + fill(text);
}
