import {parseArgs} from 'node:util';
import type {Generation} from '../../engine/parameters/registry.ts';
import {readGenerationConfig} from './generation-config.ts';
import {PARAMETER_HELP, PARAMETER_OPTIONS, type ParsedValues, readGeneration} from './parameter-flags.ts';
import {readSurprisalFlags, SURPRISAL_HELP, SURPRISAL_OPTIONS, type SurprisalFlags} from './surprisal-flags.ts';
import {UsageError} from './usage-error.ts';
import {
	type ClassifyFlags,
	type ExplainFlags,
	readClassifyFlags,
	readExplainFlags,
	WALK_HELP,
	WALK_OPTIONS,
} from './walk-flags.ts';

/** The command line, parsed. */
export interface Flags {
	command: (typeof COMMANDS)[number];
	text: string | undefined;
	file: string | undefined;
	model: string | undefined;
	/** A second checkpoint that drafts for speculative decoding. */
	assistantModel: string | undefined;
	dtype: 'int8' | 'fp32';
	threads: number | undefined;
	top: number;
	stride: number | undefined;
	/** Whether windows begin at multiples of the stride, also the last one. */
	alignedWindows: boolean;
	/** Whether the tokenizer's beginning comes before the text. */
	addSpecialTokens: boolean;
	/** Whether the text is a user's turn, written by the model's chat template. */
	chat: boolean;
	json: boolean;
	help: boolean;
	generation: Generation;
	explain: ExplainFlags;
	classify: ClassifyFlags;
	surprisal: SurprisalFlags;
}

const COMMANDS = ['classes', 'generate', 'score', 'explain', 'classify', 'surprisal'] as const;

/** Read the command line. @throws UsageError naming the flag and the value. */
export function readFlags(args: readonly string[]): Flags {
	const {positionals, values} = parse(args);
	const [command] = positionals;
	const help = values.help === true || args.length === 0;
	if (!help && !COMMANDS.includes(command as Flags['command'])) {
		throw new UsageError(
			`There is no command ${JSON.stringify(command ?? '')}. Use ${COMMANDS.join(', ')}, or --help.`,
		);
	}

	if (positionals.length > 1)
		throw new UsageError(`Too many arguments: ${positionals.slice(1).join(' ')}. Put the text in quotes after --text.`);
	const dtype = values.dtype ?? 'int8';
	if (dtype !== 'int8' && dtype !== 'fp32') throw new UsageError(`--dtype must be int8 or fp32, but is ${dtype}.`);
	const string = (name: string) => values[name] as string | undefined;
	const chat = values.chat === true;
	if (chat && values['add-special-tokens'] !== undefined)
		throw new UsageError(
			`--${values['add-special-tokens'] ? '' : 'no-'}add-special-tokens has no effect with --chat: the template writes its own special tokens.`,
		);
	if (chat && (command === 'classify' || command === 'surprisal'))
		throw new UsageError(
			command === 'classify'
				? '--chat has no effect on classify, which has a template of yours.'
				: '--chat has no effect on surprisal, which measures texts as they are.',
		);
	// Both have units, and their own ones.
	const {unit, ...others} = values;
	const isSurprisal = command === 'surprisal';
	return {
		command: command as Flags['command'],
		text: string('text'),
		file: string('file'),
		model: string('model'),
		assistantModel: string('assistant-model'),
		dtype,
		threads: whole(values, 'threads', 1, 64),
		top: whole(values, 'top', 1, 1000) ?? 20,
		stride: whole(values, 'stride', 1),
		alignedWindows: values['aligned-windows'] === true,
		// A template writes its own.
		addSpecialTokens: !chat && values['add-special-tokens'] !== false,
		chat,
		json: values.json === true,
		help,
		generation: readGeneration(values, readGenerationConfig(string('generation-config')), command === 'classes'),
		explain: readExplainFlags(isSurprisal ? others : values),
		classify: readClassifyFlags(values),
		surprisal: readSurprisalFlags(isSurprisal ? values : others),
	};
}

function parse(args: readonly string[]) {
	const string = {type: 'string'} as const;
	const boolean = {type: 'boolean'} as const;
	try {
		return parseArgs({
			args: [...args],
			allowPositionals: true,
			// As argparse's `BooleanOptionalAction` has it: every switch can be turned off by `--no-` and its name.
			allowNegative: true,
			options: {
				text: string,
				file: string,
				model: string,
				'assistant-model': string,
				'generation-config': string,
				dtype: string,
				threads: string,
				top: string,
				stride: string,
				'aligned-windows': boolean,
				'add-special-tokens': boolean,
				chat: boolean,
				json: boolean,
				help: {...boolean, short: 'h'},
				...WALK_OPTIONS,
				...SURPRISAL_OPTIONS,
				...PARAMETER_OPTIONS,
			},
		}) as {positionals: string[]; values: ParsedValues};
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
}

function whole(values: ParsedValues, name: string, min: number, max = Number.POSITIVE_INFINITY): number | undefined {
	const value = values[name];
	if (value === undefined) return undefined;
	const number = Number(value);
	if (!Number.isInteger(number) || number < min || number > max) {
		const range = Number.isFinite(max) ? `from ${min} to ${max}` : `of at least ${min}`;
		throw new UsageError(`--${name} must be a whole number ${range}, but is ${JSON.stringify(value)}.`);
	}

	return number;
}

/** The text of `--help`. */
export const USAGE = `Usage: npm run --silent cli -- COMMAND --text T [options]

  classes    the next-token classes of a text, most probable first
  generate   continuations of a text
  score      every token of a text, classified from the tokens before it
  explain    how a class came about: logit lens, contributions to its logit, influence of the prompt's parts
  classify   texts with labels of your own, by the probability of each label after a template
  surprisal  many texts as a table: surprisal of every token, word, region or text, or of minimal pairs

  --text T | --file F       the text
  --model DIR|FILE|REPO     a folder with a checkpoint (GPT-2, Llama, Mistral, Qwen 2 and 3, GPT-NeoX, Gemma 3, GPT-Neo,
                            OPT) or any causal model as ONNX, a GGUF file, or a repository of the Hub
                            (openai-community/gpt2, or with a revision gpt2@REVISION), downloaded once into a cache
                            folder (default: the bundled one)
  --no-add-special-tokens   leave out what the model's tokenizer puts before a text, such as <|begin_of_text|>
  --chat                    read the text as a user's turn, written by the model's own chat template
  --dtype int8|fp32         how the weights are kept (default: int8)
  --threads N               WASM threads
  --json                    everything as JSON: token ids, texts, logits, log-probabilities
  --top N                   classes: how many to list (default: 20)
  --stride N                score: how far the window moves (default: half the context)
  --aligned-windows         score: begin every window at a multiple of the stride, as Hugging Face's guide does;
                            otherwise the last one moves back to a full context, and its tokens have more history
  --assistant-model DIR|FILE|REPO
                            generate: the draft model of speculative decoding
  --generation-config FILE  generate, classes: the parameters that a checkpoint's generation_config.json asks for; flags
                            beside it win

${WALK_HELP}
${SURPRISAL_HELP}

generate takes the parameters of Hugging Face's generate under their names with dashes, with Hugging Face's defaults (but
for --max-new-tokens); classes lists what those that shape the distribution make of it. What would have no effect is
refused. In texts, \\n and \\t are a newline and a tab. A switch that a file has on is turned off by --no- and its name.

HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE say where the Hub is, with which token, and whether it may be asked;
NEXT_TOKEN_LENS_CACHE where downloaded models are kept (default: ~/.cache/next-token-lens).

${PARAMETER_HELP}
`;
