import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {HUGGING_FACE_GENERATION, PARAMETER_NAMES, PARAMETERS} from '../../../../src/engine/parameters/registry.ts';
import {readFlags, USAGE} from '../../../../src/entrypoints/cli/flags.ts';
import {UsageError} from '../../../../src/entrypoints/cli/usage-error.ts';

const generation = (...args: string[]) => readFlags(['generate', '--text', 'x', ...args]).generation;

test('every parameter has a flag under its Hugging Face name with dashes', () => {
	const given = generation(
		...'--num-beams 4 --do-sample --length-penalty 1.5 --early-stopping never --typical-p 0.9'.split(' '),
		...'--min-p 0.05 --eta-cutoff 0.001 --epsilon-cutoff 0.002 --no-repeat-ngram-size 3 --repetition-penalty 1.1'.split(
			' ',
		),
		...'--frequency-penalty 0.1 --presence-penalty 0.2 --max-new-tokens 8 --min-new-tokens 2 --num-return-sequences 3'.split(
			' ',
		),
		...'--temperature 0.8 --top-k 40 --top-p 0.95 --seed 7 --max-time 5'.split(' '),
	);
	expect(given).toEqual({
		...HUGGING_FACE_GENERATION,
		numBeams: 4,
		doSample: true,
		lengthPenalty: 1.5,
		earlyStopping: 'never',
		typicalP: 0.9,
		minP: 0.05,
		etaCutoff: 0.001,
		epsilonCutoff: 0.002,
		noRepeatNgramSize: 3,
		repetitionPenalty: 1.1,
		frequencyPenalty: 0.1,
		presencePenalty: 0.2,
		maxNewTokens: 8,
		minNewTokens: 2,
		numReturnSequences: 3,
		temperature: 0.8,
		topK: 40,
		topP: 0.95,
		seed: 7,
		maxTime: 5,
	});
	for (const name of PARAMETER_NAMES) {
		const parameter = PARAMETERS[name];
		const full = (parameter.huggingFace ?? name).replace(/_ids$/, '');
		const flag = parameter.kind === 'texts' ? parameter.flag : full;
		expect(USAGE).toContain(`--${flag.replace(/_|(?=[A-Z])/g, '-').toLowerCase()} `);
	}
});

test('flags of searches that are gone may say that they are off', () => {
	const given = generation(...'--num-beams 4 --num-beam-groups 1 --penalty-alpha 0'.split(' '));
	expect(given).toEqual({...HUGGING_FACE_GENERATION, numBeams: 4});
});

describe('an option that would do nothing', () => {
	test.each([
		[['--temperature', '0.7'], /--temperature has no effect without --do-sample/],
		[['--top-k', '10'], /--top-k has no effect without --do-sample/],
		[['--length-penalty', '2'], /--length-penalty has no effect without --num-beams above 1/],
	])('%j is refused', (args, message) => {
		expect(() => generation(...args)).toThrow(message);
	});

	test('is not one that changes nothing', () => {
		const args = ['--temperature', '1', '--top-p', '1', '--top-k', '50'];
		expect(generation(...args)).toMatchObject({doSample: false});
	});

	test('is accepted for a list of classes, which shows its effect on the distribution', () => {
		expect(readFlags(['classes', '--text', 'x', '--top-p', '0.9']).generation).toMatchObject({
			doSample: true,
			topP: 0.9,
		});
		expect(readFlags(['classes', '--text', 'x']).generation.doSample).toBe(false);
	});
});

test('switches and lists', () => {
	expect(generation('--do-sample', '--num-return-sequences', '4')).toMatchObject({
		doSample: true,
		numReturnSequences: 4,
	});
	expect(generation('--stop', '\\n', '--stop', 'END', '--bad-word', 'war').stopStrings).toEqual(['\n', 'END']);
	expect(generation('--num-beams', '2', '--early-stopping', 'true').earlyStopping).toBe(true);
});

test('a form keeps the escapes of its own notation', () => {
	const form = (kind: string, text: string) => generation('--form-kind', kind, '--form', text).form;
	expect(form('regex', '\\\\|\\n')).toBe('\\\\|\\n');
	expect(form('json_schema', '{"const": "a\\nb\\\\"}')).toBe('{"const": "a\\nb\\\\"}');
	expect(form('choices', 'yes\\nno')).toBe('yes\nno');
});

describe('a wrong flag is named with its value', () => {
	test.each([
		[['--temperature', '0'], /temperature must be a number from 0.01 to 100, but is 0/],
		[['--temperature', 'hot'], /--temperature must be a number, but is "hot"/],
		[['--top-p', '1.5'], /topP must be a number from 0 to 1, but is 1.5/],
		[['--num-beams', '2.5'], /numBeams must be a whole number from 1 to 64, but is 2.5/],
		[['--stop', ''], /stopStrings has an empty text/],
		[['--early-stopping', 'maybe'], /earlyStopping must be false, true or "never", but is "maybe"/],
		[['--num-return-sequences', '3'], /Greedy search gives one continuation/],
		[['--penalty-alpha', '0.6'], /Contrastive search has left this program.* Leave --penalty-alpha out/],
		[['--num-beam-groups', '2'], /Diverse beam search has left this program/],
		[['--dtype', 'int4'], /--dtype must be int8 or fp32, but is int4/],
		[['--top', '0'], /--top must be a whole number from 1 to 1000, but is "0"/],
		[['--nonsense'], /nonsense/],
		[['more'], /Too many arguments: more/],
	])('%j', (args, message) => {
		expect(() => generation(...args)).toThrow(UsageError);
		expect(() => generation(...args)).toThrow(message);
	});

	test('an unknown command', () => {
		expect(() => readFlags(['guess', '--text', 'x'])).toThrow(/no command "guess"/);
	});
});

test('a text may be a user’s turn, whose template writes its own special tokens', () => {
	const flags = (...args: string[]) => readFlags(['classes', '--text', 'x', ...args]);
	expect(flags()).toMatchObject({chat: false, addSpecialTokens: true});
	expect(flags('--add-special-tokens')).toMatchObject({addSpecialTokens: true});
	expect(flags('--no-add-special-tokens')).toMatchObject({addSpecialTokens: false});
	expect(flags('--chat')).toMatchObject({chat: true, addSpecialTokens: false});
	expect(() => flags('--chat', '--no-add-special-tokens')).toThrow('--no-add-special-tokens has no effect with --chat');
	expect(() => flags('--chat', '--add-special-tokens')).toThrow('--add-special-tokens has no effect with --chat');
	expect(() => readFlags(['classify', '--chat'])).toThrow('--chat has no effect on classify');
});

describe('a generation_config.json', () => {
	const folder = mkdtempSync(join(tmpdir(), 'generation-config-'));
	afterAll(() => rmSync(folder, {recursive: true}));
	const fileOf = (text: string) => {
		const file = join(folder, 'generation_config.json');
		writeFileSync(file, text);
		return file;
	};

	test('is read by Hugging Face’s names, and flags beside it win', () => {
		const file = fileOf(
			'\ufeff{"do_sample": true, "temperature": 0.6, "top_h": 0.4, "eos_token_id": [2, 7], "transformers_version": "5.13.0"}',
		);
		const own = {...HUGGING_FACE_GENERATION, doSample: true, topH: 0.4, eosTokenId: [2, 7]};
		expect(generation('--generation-config', file)).toEqual({...own, temperature: 0.6});
		// Its do_sample is what the flag has an effect with.
		expect(generation('--generation-config', file, '--temperature', '0.9')).toEqual({...own, temperature: 0.9});
	});

	test('has its switches turned off by --no- and their names', () => {
		const file = fileOf('{"do_sample": true, "num_beams": 2, "renormalize_logits": true}');
		expect(generation('--generation-config', file)).toMatchObject({doSample: true, renormalizeLogits: true});
		const off = generation('--generation-config', file, '--no-do-sample', '--no-renormalize-logits');
		expect(off).toEqual({...HUGGING_FACE_GENERATION, numBeams: 2});
		// What is off by itself may be said to be.
		expect(generation('--no-do-sample', '--no-renormalize-logits')).toEqual(HUGGING_FACE_GENERATION);
	});

	test.each([
		['{"dola_layers": "high"}', /generation_config\.json: The file asks for dola_layers/],
		['{"top_p": 7}', /generation_config\.json: topP must be a number from 0 to 1, but is 7/],
		['{"num_return_sequences": 3}', /Greedy search gives one continuation/],
		['[5]', /must hold a JSON object/],
		['{"top_p":', /cannot be read/],
	])('%s is refused', (text, message) => {
		const file = fileOf(text);
		expect(() => generation('--generation-config', file)).toThrow(UsageError);
		expect(() => generation('--generation-config', file)).toThrow(message);
	});

	test('that is not there is named', () => {
		expect(() => generation('--generation-config', '/nowhere.json')).toThrow(/\/nowhere\.json cannot be read/);
	});
});
