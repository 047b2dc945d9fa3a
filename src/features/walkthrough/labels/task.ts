import type {LabelAnswer} from '../../../protocol/questions/label.ts';
import {type LabelTask, readExample, TEXT_SLOT} from '../../../protocol/questions/label.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import type {Address} from '../state/address.ts';

/** The task's parts as the address keeps them. */
export const taskSlots = (address: Address, initial: {labels: string; template: string; lines: string}) => ({
	labels: address.value('labels', 'labels', initial.labels),
	template: address.value('labels', 'template', initial.template),
	examples: address.value('labels', 'examples', ''),
	calibrate: address.value('labels', 'calibrate', ''),
	lines: address.value('labels', 'lines', initial.lines),
});
export type TaskSlots = ReturnType<typeof taskSlots>;

/** Examples as they are typed, a line each, and how many lines are none. */
export function readExamples(typed: string): {examples: LabelTask['examples']; left: number} {
	const lines = typed.split('\n').filter(line => line.trim() !== '');
	const examples = lines.flatMap(line => readExample(line) ?? []);
	return {examples, left: lines.length - examples.length};
}

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

/** True labels that are none of the task's: how many lines have one, and which there are in all. */
export function unknownTruths(truths: readonly string[] | null, labels: readonly string[]) {
	const unknown = (truths ?? []).filter(truth => truth !== '' && !labels.includes(truth));
	return {lines: unknown.length, all: [...new Set((truths ?? []).filter(truth => truth !== ''))]};
}

/** The label that a text begins with, the longest of several; a word that goes on is another word. */
export function writtenLabel(text: string, labels: readonly string[]): string | null {
	const written = text.trimStart();
	const begun = labels.filter(
		label => written.startsWith(label) && !/^[\p{L}\p{N}]/u.test(written.slice(label.length)),
	);
	return begun.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** Index of a label whose tokens another one begins with; -1 where there is none. */
const beginning = (labelTokens: readonly Token[][], of: number) =>
	labelTokens.findIndex(
		(tokens, i) =>
			i !== of &&
			tokens.length < labelTokens[of].length &&
			tokens.every((token, t) => token.id === labelTokens[of][t].id),
	);

/** A label that is the beginning of another, and is so at least as probable whatever the text. Null where none is. */
export function beginsAnother(labels: readonly string[], labelTokens: readonly Token[][]): [string, string] | null {
	const longer = labels.findIndex((_, i) => beginning(labelTokens, i) >= 0);
	return longer < 0 ? null : [labels[beginning(labelTokens, longer)], labels[longer]];
}

/** What all labels have of the probability. What a label that begins another has is counted once. */
export const shareOf = (logProbs: readonly number[], {labelTokens}: Pick<LabelAnswer, 'labelTokens'>): number =>
	logProbs.reduce((sum, logProb, i) => (beginning(labelTokens, i) < 0 ? sum + Math.exp(logProb) : sum), 0);
