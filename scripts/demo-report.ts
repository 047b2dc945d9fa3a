import {styleText} from 'node:util';

/** What `out/demo.json` holds. */
export interface DemoReport {
	/** `desktop`: clicked for real on a virtual screen; `headless`: the menu's event was dispatched. */
	mode: 'desktop' | 'headless';
	browser: string;
	prompt: string;
	tokens: string[];
	/** As the popup shows them: probabilities have three significant digits. */
	classes: {rank: number; id: number; text: string; logit: number; probability: number}[];
	/** Log-probabilities in nats, as the popup shows them. */
	continuations: {text: string; logProbPerToken: number; logProb: number}[];
	/** From the choice in the menu until the first class is in the popup. Cold: the model is opened on the way. */
	millisecondsToFirstClass: {cold: number; warm: number};
}

const BAR = 32;
const heading = (text: string) => styleText('bold', text);
const quiet = (text: string) => styleText('dim', text);

/** Spaces and newlines made visible, as in the popup. */
const visible = (text: string) => text.replaceAll(' ', '·').replaceAll('\n', '↵').replaceAll('\t', '⇥');

const classLine = ({rank, text, probability}: DemoReport['classes'][number], first: number): string => {
	const bar = '█'.repeat(Math.max(1, Math.round((probability / first) * BAR))).padEnd(BAR);
	const percent = `${Number((probability * 100).toPrecision(3))} %`;
	return `${String(rank).padStart(4)}  ${visible(text).padEnd(16)} ${styleText('blue', bar)} ${percent.padStart(8)}`;
};

const continuationLines = ({text, logProbPerToken, logProb}: DemoReport['continuations'][number], i: number): string =>
	`  ${i + 1}. … ${text.trim().replaceAll(/\s+/g, ' ')}\n     ${quiet(`${logProbPerToken} nats a token, ${logProb} nats in all`)}`;

const LONG_TEXT = 600;
const MANY_TOKENS = 80;

/** The end of a long list or text: what the model reads last is what the classes follow. */
const endOf = <T extends string | readonly unknown[]>(all: T, length: number, of: string): [string, T] =>
	all.length <= length
		? ['', all]
		: [quiet(`… (${(all.length - length).toLocaleString('en')} ${of} before) `), all.slice(-length) as T];

/** The report as a person would want to read it. */
export const readable = (report: DemoReport): string => {
	const {prompt, tokens, classes, continuations, millisecondsToFirstClass: took} = report;
	const [more, text] = endOf(prompt, LONG_TEXT, 'characters');
	const [before, shown] = endOf(tokens, MANY_TOKENS, 'tokens');
	return `
${heading('The prompt')}
  ${more}${text}

${heading(`Its ${tokens.length} tokens`)}
  ${before}${shown.map(visible).join(quiet('│'))}

${heading('Which of 50,257 classes comes next?')}
${classes
	.slice(0, 10)
	.map(row => classLine(row, classes[0].probability))
	.join('\n')}

${heading('Continuations')}, one class chosen after the other
${continuations.map(continuationLines).join('\n')}

From the click to the first class: ${took.cold} ms cold (the model was opened on the way), ${took.warm} ms warm.
`;
};
