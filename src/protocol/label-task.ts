import type {Params} from './engine.ts';
import {TEXT_SLOT} from './label.ts';

/** Labels, template and examples as a person writes them, and the request that is made of them. */

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
): Params<'label'> {
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
	{template, labels, examples}: Pick<Params<'label'>, 'template' | 'labels' | 'examples'>,
	text: string,
): string {
	const fill = (content: string) => trimmed(template).replaceAll(TEXT_SLOT, () => content);
	const shown = examples.map(example => `${fill(example.text)}${labelAfter(template, labels[example.label])}\n\n`);
	return shown.join('') + fill(text);
}
