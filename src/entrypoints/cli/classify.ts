import {type Lines, readLines} from '../../features/walkthrough/labels/lines.ts';
import type {LabelAnswer} from '../../protocol/questions/label.ts';
import {labelRequest} from '../../protocol/questions/label.ts';
import {type Ask, json} from './ask.ts';
import type {Flags} from './flags.ts';
import {percent, table} from './print.ts';
import {readTextFile} from './read-text.ts';
import {UsageError} from './usage-error.ts';

/** Classify texts with the caller's own labels; where the file has true labels, count how many are right. */
export async function classify(ask: Ask, flags: Flags): Promise<string> {
	const {labels, template, examples, contentFree} = flags.classify;
	if (labels.length === 0) throw new UsageError('Give the labels with --labels good,bad.');
	if (template === undefined) throw new UsageError('Give a template with --template, with {text} where the text goes.');
	const lines = await linesOf(flags);
	const request = labelRequest({labels, template, examples, contentFree}, lines);
	const answer = await ask('label', {...request, addSpecialTokens: flags.addSpecialTokens});
	if (!flags.json) return classifyText(lines, labels, answer);
	const rows = answer.rows.map((row, i) => ({
		text: lines.texts[i],
		label: labels[row.best],
		...(lines.truths ? {truth: lines.truths[i]} : {}),
		...row,
	}));
	return json({labels, template, ...answer, rows});
}

async function linesOf({text, file}: Flags): Promise<Lines> {
	if (text !== undefined && file !== undefined) throw new UsageError('Give either --text or --file, not both.');
	if (text !== undefined) return {texts: [text], truths: null};
	if (file === undefined) throw new UsageError('Give a text with --text, or many with --file lines.csv.');
	const lines = readLines(await readTextFile(file));
	if (lines.texts.length === 0) throw new UsageError(`The file ${file} has no lines.`);
	return lines;
}

function classifyText(lines: Lines, labels: readonly string[], {rows, evaluation}: LabelAnswer): string {
	const body = rows.map((row, i) => [
		percent((row.calibrated ?? row.probabilities)[row.best]),
		labels[row.best],
		...(lines.truths ? [lines.truths[i]] : []),
		JSON.stringify(lines.texts[i]),
	]);
	const listed = table([['probability', 'label', ...(lines.truths ? ['truth'] : []), 'text'], ...body]);
	if (!evaluation) return listed;
	const confusion = table([
		['truth', 'predicted:', ...labels],
		...evaluation.confusion.map((row, i) => [labels[i], '', ...row.map(String)]),
	]);
	const {correct, known} = evaluation;
	return `${listed}\n\n${correct} of ${known} are right: an accuracy of ${percent(correct / known)}\n\n${confusion}`;
}
