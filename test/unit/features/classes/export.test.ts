// @vitest-environment happy-dom
import {execFileSync, spawnSync} from 'node:child_process';
import {beforeAll, describe, expect, test} from 'vitest';
import {PRESETS, type PresetId} from '../../../../src/client/settings/presets.ts';
import {
	DEFAULT_GENERATION,
	type Generation,
	NEUTRAL_GENERATION,
	PARAMETERS,
	type ParameterName,
} from '../../../../src/engine/parameters/registry.ts';
import {adoptLink} from '../../../../src/entrypoints/popup/opening.ts';
import {classesCsv} from '../../../../src/features/classes/export/csv.ts';
import {toSvg} from '../../../../src/features/classes/export/figure.ts';
import {toPython} from '../../../../src/features/classes/export/python.ts';
import {linkTo, readLink} from '../../../../src/features/prompt/link.ts';
import {promptOf} from '../../../../src/features/prompt/prompt.ts';
import {openApp} from '../../../helpers/fake-app.ts';
import {classesAnswer} from '../../../helpers/fake-engine.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

/** What is seen, taken away. Texts of pages are hostile, and stay texts in every form. */

beforeAll(() => {
	installI18n();
	Object.assign((globalThis as {chrome?: object}).chrome!, {
		runtime: {getURL: (path: string) => `chrome-extension://lens/${path}`},
	});
});

const HOSTILE = '=cmd|"x"!A1\n</svg><script>alert(1)</script>\'\'\'"""\\u2028\u2028 {x} #\\';

describe('a table', () => {
	test('has a line for each class, and no token that a spreadsheet takes for a formula', () => {
		const [head, first, second, ...rest] = classesCsv(
			classesAnswer([], ['=1+1', ' "quoted"\n']).model,
			'org/gpt2@abc',
		).split('\r\n');
		expect(head.split(',')).toHaveLength(11);
		expect(first).toBe('1,500,"""=1+1""",-30,0.6,1,0.6666666666666666,true,org/gpt2@abc,0,0.6666666666666666');
		expect(second).toContain('""" \\""quoted\\""\\n"""');
		expect(rest).toEqual(['']);
	});
});

describe('a figure', () => {
	const figure = (text: string) => ({
		rows: classesAnswer([], [text]).model.map(row => ({row, rank: row.rank, probability: row.probability})),
		others: {count: 50_256, probability: 0.4},
		prompt: HOSTILE,
		model: 'gpt2-mini · int8',
		settings: 'Top-k 50',
	});

	test('says prompt, model and settings, and takes hostile text for text', () => {
		const svg = toSvg(figure('<script>'));
		// The serializer of the tests' DOM writes an entity that XML does not have; a browser's does not.
		const parsed = new DOMParser().parseFromString(svg.replaceAll('&nbsp;', ' '), 'image/svg+xml');
		expect(parsed.querySelectorAll('script')).toHaveLength(0);
		for (const words of ['gpt2-mini · int8', 'Top-k 50', '50,256 other classes', '<script>']) {
			expect(parsed.documentElement.textContent).toContain(words);
		}
	});
});

/** Most machines have Python, and its own parser is the judge where there is one. */
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('Python', () => {
	const source = (changes: object, text = HOSTILE) =>
		toPython({
			prompt: {...promptOf(text), appended: [{id: 5, text: '"'}]},
			generation: {...NEUTRAL_GENERATION, ...changes},
			model: 'gpt2-mini',
			limit: 20,
		});

	test('names the revision that answered', () => {
		const code = toPython({
			prompt: promptOf('a'),
			generation: NEUTRAL_GENERATION,
			model: 'org/gpt2',
			revision: 'abc123',
			limit: 5,
		});
		expect(code).toContain('AutoTokenizer.from_pretrained(name, revision="abc123")');
		expect(code).toContain('AutoModelForCausalLM.from_pretrained(name, revision="abc123")');
		expect(source({})).not.toContain('revision');
	});

	/** Python's own reading of the source: its syntax tree, with nothing run. */
	const parse = (code: string) =>
		execFileSync(
			'python3',
			[
				'-c',
				'import ast,json,sys; t=ast.parse(sys.stdin.buffer.read().decode()); ' +
					'print(json.dumps([n.value for n in ast.walk(t) if isinstance(n, ast.Constant) and isinstance(n.value, str)]))',
			],
			{input: code},
		).toString();

	test('quotes any text in one line, as JSON and Python both read it', () => {
		const [, quoted] = /tokenizer\(("[^\n]*"), add_special_tokens/.exec(source({})) ?? [];
		expect(JSON.parse(quoted)).toBe(HOSTILE);
	});

	test.skipIf(!hasPython)('is valid for any prompt, and asks with exactly that text', () => {
		for (const changes of [{}, {doSample: true, topK: 5, badWords: [HOSTILE], stopStrings: [HOSTILE]}]) {
			expect(JSON.parse(parse(source(changes)))).toContain(HOSTILE);
		}
	});

	test('names the parameters as Hugging Face does, and leaves out neutral ones', () => {
		const code = source({numBeams: 4, numReturnSequences: 2, earlyStopping: true, noRepeatNgramSize: 3}, 'Once');
		expect(code).toContain('num_beams=4, ');
		expect(code).toContain('early_stopping=True');
		expect(code).toContain('no_repeat_ngram_size=3');
		expect(code).not.toContain('temperature');
		expect(code).toContain('torch.tensor([[5]])');
	});

	test('turns off the defaults of Hugging Face', () => {
		expect(source({doSample: true})).toContain('top_k=0');
	});

	test.each(Object.keys(PRESETS) as PresetId[])(
		'of the preset %s says every parameter or that it is missing',
		preset => {
			const code = source(PRESETS[preset], 'Once');
			for (const [name, value] of Object.entries(PRESETS[preset]) as [ParameterName, unknown][]) {
				const {huggingFace} = PARAMETERS[name];
				if (huggingFace === null) expect(code).toContain(name);
				else expect(code).toMatch(new RegExp(`[ ,(]${huggingFace}=${value === true ? 'True' : value}(\\.0)?[,)]`));
			}
		},
	);

	test.each([
		['xtcProbability', 'transformers has no xtcProbability'],
		['mirostatTau', 'transformers has no mirostatTau'],
		['dynatempRange', 'transformers has no dynatempRange'],
	])('says that transformers cannot be asked for %s', (name, note) => {
		expect(source({doSample: true, [name]: 1})).toContain(`# ${note}`);
		// What does nothing is not missed.
		expect(source({[name]: 1})).not.toContain(note);
	});

	test.each([
		['regex', '[0-9]+', 'a regular expression'],
		['json_schema', '{}', 'a JSON Schema'],
		['grammar', 'root ::= "a"', 'a grammar'],
	] as const)('says that the text is free where it is held to a form here: %s', (formKind, form, named) => {
		expect(source({formKind, form})).toContain(
			`# transformers alone does not hold a text to ${named}, so this one is free.`,
		);
	});

	test('names the carried model’s folder, and any other model as it is', () => {
		expect(source({})).toMatch(/^name = "models\/gpt2-mini" {2}# a folder in the source code/m);
		const other = toPython({prompt: promptOf('Once'), generation: NEUTRAL_GENERATION, model: 'distilgpt2', limit: 20});
		expect(other).toMatch(/^name = "distilgpt2" {2}# an id of the Hub/m);
	});

	test('asks the model for its context under the name that every family has', () => {
		expect(source({})).toContain('model.config.max_position_embeddings');
		expect(source({})).not.toContain('n_positions');
	});

	test('says that transformers applies a penalty to one beam alone', () => {
		const said = /# transformers applies encoder_repetition_penalty to the first beam or text alone/;
		expect(source({encoderRepetitionPenalty: 1.3, numBeams: 4})).toMatch(said);
		expect(source({encoderRepetitionPenalty: 1.3})).not.toMatch(said);
		expect(source({numBeams: 4})).not.toMatch(said);
	});

	/** Names that its `GenerationConfig` documents, by the type that its processors insist on. */
	const TYPES: Readonly<Record<string, 'bool' | 'int' | 'float' | 'str' | 'list'>> = {
		do_sample: 'bool',
		early_stopping: 'bool',
		max_new_tokens: 'int',
		min_new_tokens: 'int',
		top_k: 'int',
		num_beams: 'int',
		num_return_sequences: 'int',
		no_repeat_ngram_size: 'int',
		prompt_lookup_num_tokens: 'int',
		max_matching_ngram_size: 'int',
		max_time: 'float',
		temperature: 'float',
		top_p: 'float',
		min_p: 'float',
		typical_p: 'float',
		epsilon_cutoff: 'float',
		eta_cutoff: 'float',
		repetition_penalty: 'float',
		length_penalty: 'float',
		stop_strings: 'list',
	};
	const ASKED = ['attention_mask', 'tokenizer', 'bad_words_ids'];

	/** The arguments of `model.generate` that are values, by Python's own reading of them. */
	const argumentsIn = (code: string): Record<string, string> => {
		const read =
			'import ast,json,sys\n' +
			't=ast.parse(sys.stdin.buffer.read().decode())\n' +
			"c=[n for n in ast.walk(t) if isinstance(n,ast.Call) and getattr(n.func,'attr','')=='generate'][0]\n" +
			'def kind(v):\n try: return type(ast.literal_eval(v)).__name__\n except ValueError: return "expression"\n' +
			'print(json.dumps({k.arg: kind(k.value) for k in c.keywords}))';
		return JSON.parse(execFileSync('python3', ['-c', read], {input: code}).toString());
	};

	test
		.skipIf(!hasPython)
		.each<[string, Partial<Generation>]>([
			...Object.entries(PRESETS),
			[
				'whole numbers where fractions are wanted',
				{doSample: true, temperature: 2, topP: 0, repetitionPenalty: 2, maxTime: 5},
			],
			[
				'beams',
				{numBeams: 4, lengthPenalty: 2, earlyStopping: true, badWords: ['x'], stopStrings: ['y'], minNewTokens: 3},
			],
			['warpers', {doSample: true, minP: 1, typicalP: 0.5, epsilonCutoff: 0.001, etaCutoff: 0.001, topK: 3}],
			['a long look back', {promptLookupNumTokens: 4, maxMatchingNgramSize: 3, noRepeatNgramSize: 2}],
		])('gives every argument the type that transformers insists on: %s', (_, changes) => {
		for (const [name, type] of Object.entries(argumentsIn(source(changes)))) {
			if (!ASKED.includes(name)) expect([name, type]).toEqual([name, TYPES[name]]);
		}
	});

	test('leaves out what the strategy does not read, of which transformers would warn', () => {
		const code = source({...DEFAULT_GENERATION, doSample: false, numReturnSequences: 1});
		for (const name of ['temperature', 'top_k', 'top_p', 'num_beams']) expect(code).not.toContain(`${name}=`);
	});

	test('starts where this starts: with the same room for the continuation, and no settings of the repository', () => {
		const code = source({maxNewTokens: 40});
		expect(code).toContain('ids = ids[:, -(context - 40):]');
		expect(code).toContain('max_new_tokens=40');
		expect(code).toContain('model.generation_config = GenerationConfig(');
		expect(code.match(/add_special_tokens=True/g)).toHaveLength(1);
	});

	test('names the settings that it cannot express', () => {
		expect(source({doSample: true})).toContain('a sampled text differs');
	});

	test('starts from the beginning of a text where there is no text, or else from its end', () => {
		expect(source({}, '')).toContain(
			'start = model.generation_config.bos_token_id\nids = torch.tensor([[tokenizer.eos_token_id if start is None else start]])',
		);
	});

	test('can be pasted into a REPL: every block ends with an empty line', () => {
		const lines = source({}, 'Once').split('\n');
		for (const [i, line] of lines.entries()) {
			if (line.startsWith('    ') && !lines[i + 1].startsWith('    ')) expect(lines[i + 1]).toBe('');
		}
	});
});

describe('a link', () => {
	const prompt = {...promptOf(HOSTILE), appended: [{id: 5, text: ' man', rank: 3}]};

	test('brings prompt and settings back, from the fragment alone', () => {
		const link = new URL(linkTo(prompt, DEFAULT_GENERATION));
		expect(link.search).toBe('?view=tab');
		expect(readLink(link.hash)).toEqual({
			text: HOSTILE,
			appended: prompt.appended,
			generation: DEFAULT_GENERATION,
		});
	});

	test('names only the settings that do something', () => {
		const {hash} = new URL(linkTo(promptOf('Once'), {...NEUTRAL_GENERATION, topK: 7}));
		expect(JSON.parse(decodeURIComponent(hash.slice('#prompt='.length)))).toEqual({
			text: 'Once',
			appended: [],
			generation: {topK: 7},
		});
		expect(readLink(hash)?.generation).toEqual({...NEUTRAL_GENERATION, topK: 7});
	});

	test('of an earlier version, which had fewer settings, is read without those', () => {
		const {topH, minLength, watermarkingConfig, ...generation} = {...DEFAULT_GENERATION, topK: 7};
		const written = JSON.stringify({text: 'x', appended: [], generation});
		expect(readLink(`#prompt=${encodeURIComponent(written)}`)?.generation).toEqual({...DEFAULT_GENERATION, topK: 7});
	});

	test('of an earlier version with a search that is gone is read with a plain one, and says so', async () => {
		const generation = {...DEFAULT_GENERATION, doSample: false, numReturnSequences: 1, penaltyAlpha: 0.6};
		const written = JSON.stringify({text: 'x', appended: [], generation});
		const linked = readLink(`#prompt=${encodeURIComponent(written)}`)!;
		const {penaltyAlpha: _, ...plain} = generation;
		expect(linked.generation).toEqual(plain);
		const {app} = await openApp();
		adoptLink(app, linked);
		expect(app.notice.value).toBe('error_gone_contrastive');
	});

	test.each([
		['', '#prompt=', '#prompt=%', '#prompt=7', '#other'],
		[
			`#prompt=${encodeURIComponent(JSON.stringify({text: 'x', appended: [{id: -1}], generation: DEFAULT_GENERATION}))}`,
		],
		[
			`#prompt=${encodeURIComponent(JSON.stringify({text: 'x', appended: [], generation: {...DEFAULT_GENERATION, topP: 7}}))}`,
		],
	])('that is not valid is none', (...hashes) => {
		for (const hash of hashes) expect(readLink(hash)).toBeNull();
	});
});

test('Python gets biases, forbidden classes and the other prompt as transformers takes them', () => {
	const python = toPython({
		prompt: promptOf('Once'),
		model: 'gpt2',
		limit: 5,
		generation: {
			...NEUTRAL_GENERATION,
			guidanceScale: 1.5,
			negativePrompt: 'A "sad" story',
			sequenceBias: [' Paris=2', '#11#257=-0.5'],
			badWords: ['x', ' y', '#11#257'],
			suppressTokens: ['#50256', ' war'],
			beginSuppressTokens: ['#220'],
			repetitionPenalty: 1.2,
			promptIgnoreLength: 3,
			exponentialDecayLengthPenalty: [20, 2],
			eosTokenId: [50256, 13],
			minLength: 30,
			watermarkingConfig: [654, 400],
			ngramLen: 4,
		},
	});
	for (const part of [
		'guidance_scale=1.5',
		'negative_prompt_ids=tokenizer("A \\"sad\\" story", add_special_tokens=True, return_tensors="pt").input_ids',
		'sequence_bias=[[tokenizer(" Paris", add_special_tokens=False).input_ids, 2.0], [[11, 257], -0.5]]',
		'suppress_tokens=[*[50256], *tokenizer(" war", add_special_tokens=False).input_ids]',
		'begin_suppress_tokens=[*[220]]',
		'bad_words_ids = [tokenizer("x", add_special_tokens=False).input_ids, tokenizer(" x", add_special_tokens=False).input_ids, tokenizer(" y", add_special_tokens=False).input_ids, [11, 257]]\n',
		'logits_processor=[RepetitionPenaltyLogitsProcessor(1.2, prompt_ignore_length=3)]',
		'exponential_decay_length_penalty=(20, 2.0)',
		'eos_token_id=[50256, 13]',
		'min_length=30',
		'watermarking_config=SynthIDTextWatermarkingConfig(keys=[654, 400], ngram_len=4, context_history_size=1024, sampling_table_size=65536, sampling_table_seed=0, skip_first_ngram_calls=False)',
		'# On a GPU, PyTorch draws another table for the watermark',
		'GenerationConfig, RepetitionPenaltyLogitsProcessor, SynthIDTextWatermarkingConfig\n',
	])
		expect(python).toContain(part);
	expect(python).not.toContain('repetition_penalty=');
});
