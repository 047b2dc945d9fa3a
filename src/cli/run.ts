import type {ClassRow, ScoredToken} from '../protocol/engine.ts';
import {EngineService} from '../service/service.ts';
import {type Ask, json} from './ask.ts';
import {classify} from './classify.ts';
import {explain} from './explain.ts';
import {readFlags, USAGE} from './flags.ts';
import {modelOpener} from './model.ts';
import {classesText, generateText, scoreText} from './print.ts';
import {readText} from './read-text.ts';
import {type Streams, surprisal} from './surprisal.ts';

/**
 * Runs one command of the command line; its answers are those that the extension's pages get.
 * @param args the words after the program's name
 * @param service the engine that is asked; default one that opens the model of the flags
 * @param streams where `surprisal` reads and writes, which prints as it goes on
 * @returns what the command prints; '' where it has printed everything
 * @throws UsageError of what a person should write otherwise
 */
export async function run(
	args: readonly string[],
	service?: EngineService,
	streams: Streams = standardStreams,
): Promise<string> {
	const flags = readFlags(args);
	if (flags.help) return USAGE;
	const readsTable = flags.command === 'classify' || flags.command === 'surprisal';
	const written = readsTable ? (flags.text ?? '') : await readText(flags);
	const engine = service ?? new EngineService(modelOpener(flags));
	const ask: Ask = (method, params, onEvent = () => {}) =>
		engine.answer(method, params, new AbortController().signal, onEvent as (event: unknown) => void) as never;
	if (flags.command === 'classify') return classify(ask, flags);
	if (flags.command === 'surprisal') {
		await surprisal(ask, flags, streams);
		return '';
	}
	const text = flags.chat ? (await ask('turn', {text: written})).text : written;
	if (flags.command === 'explain') return explain(ask, text, flags);
	const {addSpecialTokens} = flags;
	const prompt = {text, appended: [], addSpecialTokens};
	const {generation} = flags;

	if (flags.command === 'classes') {
		const answer = await ask('classes', {prompt, generation, limit: flags.top});
		if (!flags.json) return classesText(answer, generation.doSample);
		return json({...answer, model: answer.model.map(withLogProb), sampling: answer.sampling.map(withLogProb)});
	}

	if (flags.command === 'generate') {
		const answer = await ask('generate', {prompt, generation});
		if (!flags.json) return generateText(answer);
		const continuations = answer.continuations.map(one => ({ids: one.tokens.map(token => token.id), ...one}));
		return json({prompt: text, generation, ...answer, continuations});
	}

	const tokens: ScoredToken[] = [];
	const {contextLength} = await ask('model', {});
	const stride = flags.stride ?? Math.floor(contextLength / 2);
	const totals = await ask('score', {text, stride, alignedWindows: flags.alignedWindows, addSpecialTokens}, event => {
		if (event.kind === 'scored') tokens.push(...event.tokens);
	});
	return flags.json ? json({...totals, stride, tokens}) : scoreText(tokens, totals);
}

const standardStreams: Streams = {
	async input() {
		const parts: Buffer[] = [];
		for await (const part of process.stdin) parts.push(part);
		return Buffer.concat(parts);
	},
	write: text => void process.stdout.write(text),
	note: text => void process.stderr.write(`${text}\n`),
};

const withLogProb = (row: ClassRow) => ({...row, logProb: Math.log(row.probability)});
