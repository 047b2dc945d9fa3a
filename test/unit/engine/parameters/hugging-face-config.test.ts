import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {importSettings} from '../../../../src/client/settings/file.ts';
import {DEFAULT_SETTINGS} from '../../../../src/client/settings/settings.ts';
import {sentenceOf} from '../../../../src/engine/errors/refusal.ts';
import {fromHuggingFace, isHuggingFaceConfig} from '../../../../src/engine/parameters/hugging-face.ts';
import {HUGGING_FACE_GENERATION, PARAMETER_NAMES, PARAMETERS} from '../../../../src/engine/parameters/registry.ts';

const DOCS = readFileSync(new URL('../../../../docs/hugging-face.md', import.meta.url), 'utf8');

/** Fields of `GenerationConfig` in transformers 5. */
const FIELDS = `
	max_length max_new_tokens min_length min_new_tokens early_stopping max_time stop_strings do_sample num_beams use_mtp
	use_cache cache_implementation cache_config max_cache_len temperature top_k top_p min_p top_h typical_p epsilon_cutoff
	eta_cutoff repetition_penalty encoder_repetition_penalty length_penalty no_repeat_ngram_size bad_words_ids
	renormalize_logits forced_bos_token_id forced_eos_token_id remove_invalid_values exponential_decay_length_penalty
	suppress_tokens begin_suppress_tokens sequence_bias token_healing guidance_scale watermarking_config
	num_return_sequences output_attentions output_hidden_states output_scores output_logits return_dict_in_generate
	pad_token_id bos_token_id eos_token_id encoder_no_repeat_ngram_size decoder_start_token_id is_assistant
	num_assistant_tokens num_assistant_tokens_schedule assistant_confidence_threshold prompt_lookup_num_tokens
	max_matching_ngram_size assistant_early_exit assistant_lookbehind target_lookbehind assistant_ensemble_weight
	compile_config disable_compile continuous_batching_config low_memory penalty_alpha dola_layers diversity_penalty
	num_beam_groups constraints force_words_ids prefill_chunk_size`
	.trim()
	.split(/\s+/);

/** The names in the first column of a table below a heading. */
function listed(heading: string): string[] {
	const [, after] = DOCS.split(`## ${heading}\n`);
	const rows = after
		.split('\n## ')[0]
		.split('\n')
		.filter(line => line.startsWith('| `'));
	return rows.flatMap(row => [...row.split('|')[1].matchAll(/`([^`]+)`/g)].map(match => match[1]));
}

describe('docs/hugging-face.md', () => {
	it('lists the names that the table of parameters has, each once', () => {
		const names = PARAMETER_NAMES.map(name => PARAMETERS[name].huggingFace).filter(name => name !== null);
		expect(listed('Every name of `generate`').sort()).toEqual([...names].sort());
	});

	it('lists what is missing, and nothing that is there', () => {
		const names: (string | null)[] = PARAMETER_NAMES.map(name => PARAMETERS[name].huggingFace);
		const missing = listed('What is missing, and why');
		expect(missing.length).toBeGreaterThan(8);
		expect(missing.filter(name => names.includes(name))).toEqual([]);
	});

	it('has every field of GenerationConfig in one of the two tables', () => {
		const all = [...listed('Every name of `generate`'), ...listed('What is missing, and why')];
		expect(FIELDS.filter(name => !all.includes(name))).toEqual([]);
		expect(all.filter((name, at) => all.indexOf(name) !== at)).toEqual([]);
	});
});

describe('a generation_config.json', () => {
	it('is read by Hugging Face’s names, with Hugging Face’s defaults for the rest', () => {
		const {generation, refusals} = fromHuggingFace({
			_from_model_config: true,
			transformers_version: '5.13.0',
			bos_token_id: 1,
			eos_token_id: [2, 7],
			do_sample: true,
			temperature: 0.6,
			top_h: 0.4,
			top_p: null,
			num_assistant_tokens: 20,
			suppress_tokens: [5, 6],
			begin_suppress_tokens: [220],
			sequence_bias: [[[11, 12], -1.5]],
			bad_words_ids: [[3], [4, 5]],
			exponential_decay_length_penalty: [20, 1.05],
			encoder_no_repeat_ngram_size: 0,
			stop_strings: 'END',
			dola_layers: null,
			remove_invalid_values: false,
		});
		expect(refusals).toEqual([]);
		expect(generation).toEqual({
			...HUGGING_FACE_GENERATION,
			eosTokenId: [2, 7],
			doSample: true,
			temperature: 0.6,
			topH: 0.4,
			suppressTokens: ['#5', '#6'],
			beginSuppressTokens: ['#220'],
			sequenceBias: ['#11#12=-1.5'],
			badWords: ['#3', '#4#5'],
			exponentialDecayLengthPenalty: [20, 1.05],
			stopStrings: ['END'],
		});
		expect(fromHuggingFace({eos_token_id: 2}).generation.eosTokenId).toEqual([2]);
	});

	it('may set the shortest length with the prompt, over which that without it wins', () => {
		expect(fromHuggingFace({min_length: 30})).toEqual({
			generation: {...HUGGING_FACE_GENERATION, minLength: 30},
			refusals: [],
			gone: [],
		});
		expect(fromHuggingFace({min_length: 30, min_new_tokens: 5})).toEqual({
			generation: {...HUGGING_FACE_GENERATION, minNewTokens: 5},
			refusals: [],
			gone: [],
		});
		expect(fromHuggingFace({min_length: 30, min_new_tokens: 0}).generation.minLength).toBe(30);
	});

	it('may ask for a SynthID-Text watermark, but not for a green list', () => {
		const watermark = {keys: [654, 400], ngram_len: 4, sampling_table_size: 1024, debug_mode: false};
		expect(fromHuggingFace({watermarking_config: watermark})).toEqual({
			generation: {
				...HUGGING_FACE_GENERATION,
				watermarkingConfig: [654, 400],
				ngramLen: 4,
				samplingTableSize: 1024,
			},
			refusals: [],
			gone: [],
		});
		const {refusals} = fromHuggingFace({watermarking_config: {greenlist_ratio: 0.25, bias: 2}});
		expect(refusals.map(refusal => sentenceOf(refusal))).toEqual([
			'The file asks for watermarking_config (green list), which this program does not have.',
		]);
	});

	it('may ask that scores be numbers, which they always are', () => {
		expect(fromHuggingFace({remove_invalid_values: true})).toEqual({
			generation: HUGGING_FACE_GENERATION,
			refusals: [],
			gone: [],
		});
	});

	it('may name what is about another draft model, the cache or the program', () => {
		const elsewhere = {assistant_lookbehind: 10, target_lookbehind: 10, max_cache_len: 512, is_assistant: true};
		expect(fromHuggingFace(elsewhere)).toEqual({generation: HUGGING_FACE_GENERATION, refusals: [], gone: []});
	});

	it('may ask for searches that are gone: plain ones take their place, and it is said', () => {
		const off = {num_beams: 4, num_beam_groups: 1, diversity_penalty: 0, penalty_alpha: null};
		expect(fromHuggingFace(off)).toEqual({
			generation: {...HUGGING_FACE_GENERATION, numBeams: 4},
			refusals: [],
			gone: [],
		});
		const {settings, problems} = importSettings('{"num_beams": 4, "num_beam_groups": 2, "diversity_penalty": 0.5}');
		expect(settings).toMatchObject({numBeams: 4});
		expect(sentenceOf(problems.flatMap(({refusals}) => refusals))).toMatch(/Plain beam search takes its place/);
		const contrastive = importSettings('{"penalty_alpha": 0.6}', {...DEFAULT_SETTINGS, doSample: false});
		expect(sentenceOf(contrastive.problems.flatMap(({refusals}) => refusals))).toMatch(/Greedy search takes its place/);
	});

	it('is refused by name where it asks for something that is not here, or for a value that is not allowed', () => {
		const {refusals} = fromHuggingFace({dola_layers: 'high', temperature: 0, suppress_tokens: [-1]});
		expect(refusals.map(refusal => sentenceOf(refusal))).toEqual([
			'The file asks for dola_layers, which this program does not have.',
			expect.stringMatching(/^temperature must be/),
			expect.stringMatching(/most probable class every time/),
			expect.stringMatching(/^suppressTokens must be a list of texts, but is \[-1\]/),
		]);
	});

	it('is chosen as a settings file, and decides how a class is chosen and nothing else', () => {
		const now = {
			...DEFAULT_SETTINGS,
			classesListed: 50,
			maxNewTokens: 99,
		};
		const {settings, problems} = importSettings('{"do_sample": true, "top_k": 20, "transformers_version": "5"}', now);
		expect(problems).toEqual([]);
		expect(settings.classesListed).toBe(50);
		expect(settings).toMatchObject({
			doSample: true,
			topK: 20,
			topP: 1,
			maxNewTokens: 99,
			numReturnSequences: 1,
		});
		const {problems: refused} = importSettings('{"num_return_sequences": 3}');
		expect(sentenceOf(refused.flatMap(({refusals}) => refusals))).toMatch(/Greedy search gives one continuation/);
	});

	it('may be a few names that a person wrote down: the rest stays as it is', () => {
		const now = {...DEFAULT_SETTINGS, topK: 7};
		const {settings, problems} = importSettings('{"temperature": 0.5}', now);
		expect(problems).toEqual([]);
		expect(settings).toEqual({...now, temperature: 0.5});
		const {problems: refused} = importSettings('{"temperature": -1}', now);
		expect(sentenceOf(refused.flatMap(({refusals}) => refusals))).toMatch(/emperature/);
	});

	it('is told from our own settings', () => {
		expect(isHuggingFaceConfig({top_k: 5})).toBe(true);
		expect(isHuggingFaceConfig({version: 1, seed: 5, temperature: 1})).toBe(false);
	});
});
