import {readFile} from 'node:fs/promises';
import type {Answer, ClassRow, EventOf, Method, Params, ScoredToken} from '../protocol/engine.ts';
import {EngineService} from '../service/service.ts';
import {type Flags, readFlags, USAGE} from './flags.ts';
import {modelOpener} from './model.ts';
import {classesText, generateText, scoreText} from './print.ts';
import {UsageError} from './usage-error.ts';

/** The engine on the command line: its answers are those that the extension's pages get. */

async function main(): Promise<string> {
	const flags = readFlags(process.argv.slice(2));
	if (flags.help) return USAGE;
	const text = await readText(flags);
	const service = new EngineService(modelOpener(flags));
	const ask = <M extends Method>(method: M, params: Params<M>, onEvent: (event: EventOf<M>) => void = () => {}) =>
		service.answer(method, params, new AbortController().signal, onEvent as (event: unknown) => void) as Promise<
			Answer<M>
		>;
	const prompt = {text, appended: []};
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
	const totals = await ask('score', {text, stride, alignedWindows: flags.alignedWindows}, event => {
		if (event.kind === 'scored') tokens.push(...event.tokens);
	});
	return flags.json ? json({...totals, stride, tokens}) : scoreText(tokens, totals);
}

async function readText({text, file}: Flags): Promise<string> {
	if (text !== undefined && file !== undefined) throw new UsageError('Give either --text or --file, not both.');
	if (text !== undefined) return text;
	if (file === undefined) throw new UsageError('Give the text with --text or --file. An empty one is --text "".');
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		throw new UsageError(`The file ${file} cannot be read: ${(error as Error).message}`);
	}
}

const withLogProb = (row: ClassRow) => ({...row, logProb: Math.log(row.probability)});
const json = (value: unknown) => JSON.stringify(value, null, '\t');

try {
	const output = await main();
	process.stdout.write(`${output}\n`, () => process.exit(0));
} catch (error) {
	const isUsage = error instanceof UsageError;
	process.stderr.write(`${(error as Error).message}\n`, () => process.exit(isUsage ? 2 : 1));
}
