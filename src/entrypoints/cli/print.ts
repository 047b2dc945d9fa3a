import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {GenerateAnswer, Trace} from '../../protocol/questions/generate.ts';
import type {ScoreAnswer, ScoredToken} from '../../protocol/questions/score.ts';
import type {Token} from '../../protocol/values/prompt.ts';

/** Answers as a person reads them in a terminal. */

/** A token as a JSON text; bytes that are part of a character as hex. */
export const visible = ({text, bytes}: Pick<Token, 'text' | 'bytes'>) =>
	text === undefined
		? `<${bytes!.map(byte => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')}>`
		: JSON.stringify(text);

/** Three significant digits, but never rounded to an impossible or a certain class. */
export const percent = (probability: number) => {
	if (!Number.isFinite(probability)) return '–';
	if (probability === 0 || probability === 1) return `${probability * 100} %`;
	const value = probability * 100;
	if (value < 0.01) return '<0.01 %';
	const text = value.toPrecision(3);
	return Number(text) < 100 ? `${text} %` : '>99.9 %';
};

/** Columns under each other: the second is text, the others numbers. */
export const table = (rows: readonly (readonly string[])[]) => {
	const widths = rows[0].map((_, column) => rows.reduce((width, row) => Math.max(width, row[column].length), 0));
	return rows
		.map(row =>
			row
				.map((cell, column) => (column === 1 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
};

const droppedNote = (dropped: number) =>
	dropped > 0 ? `\n(The text is longer than the context: its oldest ${plural(dropped, 'token')} dropped.)` : '';

const plural = (count: number, thing: string) => `${count} ${count === 1 ? `${thing} was` : `${thing}s were`}`;

/** The ranked classes, and how many the settings keep; after sampling settings, only the kept ones. */
export function classesText(answer: ClassesAnswer, sampled: boolean): string {
	const rows = (sampled ? answer.sampling.filter(row => row.kept) : answer.model).map(row => [
		String(sampled ? row.samplingRank : row.rank),
		visible(row),
		String(row.id),
		row.logit.toFixed(2),
		percent(sampled ? row.samplingProbability : row.probability),
	]);
	const {vocabSize, keptCount, keptProbability, entropyBits} = answer;
	const summary = `Entropy ${entropyBits.toFixed(2)} bits. The sampling settings keep ${keptCount} of ${vocabSize} classes, ${percent(keptProbability)} of the probability.`;
	return `${table([['rank', 'class', 'id', 'logit', 'probability'], ...rows])}\n\n${summary}${droppedNote(answer.dropped)}`;
}

/** `1 token`, `2 tokens`. */
const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Every continuation with its log-probability, and how much drafting saved. */
export function generateText(answer: GenerateAnswer): string {
	const blocks = answer.continuations.map((one, i) => {
		const beam = one.beamScore === null ? '' : `, beam score ${one.beamScore.toFixed(3)}`;
		const perToken = one.tokens.length > 0 ? one.logProb / one.tokens.length : 0;
		return `[${i + 1}] ${one.text}\n    ${counted(one.tokens.length, 'token')}, ${one.logProb.toFixed(2)} nats, ${perToken.toFixed(2)} a token${beam}; ended by ${one.finishReason}${one.unfinished ? ', its form unfinished' : ''}`;
	});
	const {trace} = answer;
	if (trace?.drafting) blocks.push(draftText(trace));
	return blocks.join('\n\n') + droppedNote(answer.dropped);
}

/** How much of the draft was accepted, and how often the models ran. */
function draftText({steps, drafting}: Trace): string {
	const {draft, drafted, accepted, modelCalls, draftCalls} = drafting!;
	const tokens = steps.flat().filter(({status}) => status === 'kept').length;
	return (
		`Draft: ${draft ?? 'the text itself (prompt lookup)'}; ${accepted} of ${drafted} drafted tokens accepted ` +
		`(${percent(drafted === 0 ? 0 : accepted / drafted)}). ${counted(tokens, 'token')} took ${counted(modelCalls, 'run')} of the model; without a draft they take ` +
		`${tokens - 1}.${draftCalls > 0 ? ` The draft model ran ${draftCalls} times besides.` : ''}`
	);
}

/** Every token with its rank, and the totals. */
export function scoreText(tokens: readonly ScoredToken[], totals: ScoreAnswer): string {
	const rows = tokens.map(token => [
		String(token.rank),
		visible(token),
		percent(Math.exp(token.logProb)),
		(-token.logProb / Math.LN2).toFixed(2),
		(token.entropy / Math.LN2).toFixed(2),
		visible(token.top[0]),
	]);
	return `${table([['rank', 'token', 'probability', 'bits', 'entropy', 'first class'], ...rows])}

${counted(totals.tokenCount, 'token')} in ${counted(totals.windows, 'window')}: perplexity ${totals.perplexity.toFixed(2)}, ${totals.bitsPerToken.toFixed(3)} bits a token, ${totals.bitsPerCharacter.toFixed(3)} bits a character.`;
}
