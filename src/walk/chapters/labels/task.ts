import {TEXT_SLOT} from '../../../protocol/label.ts';
import {type LabelTask, readExample} from '../../../protocol/label-task.ts';
import type {Address} from '../../state/address.ts';

/** The task's parts as the address keeps them. */
export const taskSlots = (address: Address, initial: {labels: string; template: string}) => ({
	labels: address.value('labels', 'labels', initial.labels),
	template: address.value('labels', 'template', initial.template),
	examples: address.value('labels', 'examples', ''),
	calibrate: address.value('labels', 'calibrate', ''),
});

/** Examples as they are typed, a line each; what is no example yet is left out. */
export const readExamples = (typed: string): LabelTask['examples'] =>
	typed.split('\n').flatMap(line => readExample(line) ?? []);

/** What is wrong with the task before the engine is asked; null when nothing is. */
export type Problem =
	| {kind: 'labels'}
	| {kind: 'same'; label: string}
	| {kind: 'template'}
	| {kind: 'example'; label: string};

export function problemOf({labels, template, examples}: LabelTask): Problem | null {
	if (labels.length < 2) return {kind: 'labels'};
	const twice = labels.find((label, i) => labels.indexOf(label) < i);
	if (twice !== undefined) return {kind: 'same', label: twice};
	if (!template.includes(TEXT_SLOT)) return {kind: 'template'};
	const unknown = examples.find(example => !labels.includes(example.label));
	return unknown ? {kind: 'example', label: unknown.label} : null;
}
