import type {Params} from './engine.ts';

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
