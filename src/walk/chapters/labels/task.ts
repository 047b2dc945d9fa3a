import type {Lines} from '../../../csv/lines.ts';
import type {Params} from '../../../protocol/engine.ts';
import {TEXT_SLOT} from '../../../protocol/label.ts';
import type {Address} from '../../state/address.ts';

/** What the reader set up: labels, a template, examples, and whether to calibrate. */
export interface Task {
	labels: string[];
	template: string;
	examples: {text: string; label: string}[];
	contentFree: string | null;
}

/** The task's parts as the address keeps them. */
export const taskSlots = (address: Address, initial: {labels: string; template: string}) => ({
	labels: address.value('labels', 'labels', initial.labels),
	template: address.value('labels', 'template', initial.template),
	examples: address.value('labels', 'examples', ''),
	calibrate: address.value('labels', 'calibrate', ''),
});

/** Labels as they are typed: separated by commas. */
export const readLabels = (typed: string): string[] =>
	typed
		.split(',')
		.map(label => label.trim())
		.filter(label => label !== '');

/** Examples as they are typed: a line each, the text and its label separated by the last `=>`. */
export function readExamples(typed: string): Task['examples'] {
	return typed.split('\n').flatMap(line => {
		const at = line.lastIndexOf('=>');
		if (at < 0) return [];
		const [text, label] = [line.slice(0, at).trim(), line.slice(at + 2).trim()];
		return text === '' ? [] : [{text, label}];
	});
}

/** What is wrong with the task before the engine is asked; null when nothing is. */
export type Problem =
	| {kind: 'labels'}
	| {kind: 'same'; label: string}
	| {kind: 'template'}
	| {kind: 'example'; label: string};

export function problemOf({labels, template, examples}: Task): Problem | null {
	if (labels.length < 2) return {kind: 'labels'};
	const twice = labels.find((label, i) => labels.indexOf(label) < i);
	if (twice !== undefined) return {kind: 'same', label: twice};
	if (!template.includes(TEXT_SLOT)) return {kind: 'template'};
	const unknown = examples.find(example => !labels.includes(example.label));
	return unknown ? {kind: 'example', label: unknown.label} : null;
}

/** The task as the engine is asked. A true label that is none of the labels counts as unknown. */
export function requestOf({labels, template, examples, contentFree}: Task, lines: Lines): Params<'label'> {
	const indexOf = (label: string) => {
		const index = labels.indexOf(label);
		return index < 0 ? null : index;
	};
	return {
		texts: lines.texts,
		labels,
		template,
		examples: examples.map(({text, label}) => ({text, label: labels.indexOf(label)})),
		contentFree,
		truths: lines.truths?.map(indexOf),
	};
}
