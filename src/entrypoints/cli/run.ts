import type {ScoredToken} from '../../protocol/questions/score.ts';
import type {ClassRow} from '../../protocol/values/token.ts';
import {EngineService} from '../../service/service.ts';
import {type Ask, json} from './ask.ts';
import {classify} from './classify.ts';
import {explain} from './explain.ts';
import {readFlags, USAGE} from './flags.ts';
import {modelOpener} from './model.ts';
import {classesText, generateText, scoreText} from './print.ts';
import {createProgress} from './progress.ts';
import {readText} from './read-text.ts';
import {type Streams, surprisal} from './surprisal.ts';

/**
 * Runs one command of the command line; its answers are those that the extension's pages get.
 * @param args the words after the program's name
 * @param service the engine that is asked; default one that opens the model of the flags
 * @param streams where `surprisal` reads and writes, which prints as it goes on
 * @returns what the command prints; '' where it has printed everything
 * @throws UsageError of what a person should write otherwise; Interrupted
 */
export async function run(
	args: readonly string[],
	service?: EngineService,
	streams: Streams = standardStreams(),
): Promise<string> {
	const flags = readFlags(args);
	if (flags.help) return USAGE;
	const readsTable = flags.command === 'classify' || flags.command === 'surprisal';
	const written = readsTable ? (flags.text ?? '') : await readText(flags);
	const engine = service ?? new EngineService(modelOpener(flags));
	const ask: Ask = (method, params, onEvent = () => {}, signal = new AbortController().signal) =>
		engine.answer(method, params, signal, onEvent as (event: unknown) => void) as never;
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

/** Milliseconds after which a second Ctrl-C ends the program as it stands. */
const PATIENCE = 1000;

function standardStreams(): Streams {
	const progress = createProgress();
	return {
		async input() {
			const parts: Buffer[] = [];
			for await (const part of process.stdin) parts.push(part);
			return Buffer.concat(parts);
		},
		write(text) {
			// Both may be the same terminal.
			if (process.stdout.isTTY) progress.clear();
			process.stdout.write(text);
		},
		note(text) {
			progress.clear();
			process.stderr.write(`${text}\n`);
		},
		progress,
		interrupt() {
			const controller = new AbortController();
			const {signal} = controller;
			let since = 0;
			process.on('SIGINT', () => {
				if (!signal.aborted) since = performance.now();
				// Terminal and npm each send one. One that comes later is of a person who has waited.
				else if (performance.now() - since > PATIENCE) process.exit(130);
				controller.abort();
			});
			return signal;
		},
	};
}

const withLogProb = (row: ClassRow) => ({...row, logProb: Math.log(row.probability)});
