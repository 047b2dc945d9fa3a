import {beforeAll, describe, expect, test} from 'vitest';
import {configWith} from '../../../../src/engine/generation/config.ts';
import {Form} from '../../../../src/engine/generation/form/form.ts';
import {FormVocabulary} from '../../../../src/engine/generation/form/vocabulary.ts';
import {createPipeline} from '../../../../src/engine/generation/pipeline.ts';
import {randomStream} from '../../../../src/engine/math/random.ts';
import {type Generation, NEUTRAL_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {generateCall} from '../../../../src/ui/python/generate.ts';
import {PYTHON, printedBy, TORCH} from '../../../helpers/python.ts';

/**
 * What an export adds to transformers is Python of ours, and is run: with PyTorch where a machine has it, and with transformers'
 * base class and a tokenizer in a few lines, since few machines have transformers itself.
 */

const run = (python: string, code: string): unknown => JSON.parse(printedBy(python, code));

const PROMPT = [1, 2, 3, 4, 5, 1, 2];
const GENERATED = [3, 4, 6, 6, 1, 2, 3];
const VOCABULARY = 10;
const stream = randomStream(5);
const LOGITS = Float32Array.from({length: VOCABULARY}, () => 6 * stream.next() - 3);

describe.skipIf(!TORCH)('processors that transformers lacks, in PyTorch, give the scores that the engine gives', () => {
	const CASES: Record<string, Partial<Generation>> = {
		'frequency and presence': {frequencyPenalty: 0.75, presencePenalty: 0.5},
		'top-nσ': {doSample: true, topNSigma: 1.25},
		DRY: {dryMultiplier: 0.8, dryBase: 1.5},
		'DRY over the last tokens': {dryMultiplier: 1, dryPenaltyLastN: 9, dryAllowedLength: 1},
		'DRY with a breaker': {dryMultiplier: 1, drySequenceBreakers: ['2'], dryAllowedLength: 1},
		'all together': {doSample: true, frequencyPenalty: 1, dryMultiplier: 0.8, topNSigma: 1},
	};
	const generationOf = (name: string): Generation => ({
		...NEUTRAL_GENERATION,
		drySequenceBreakers: [],
		...CASES[name],
	});
	/** By PyTorch; null where a class is removed. PyTorch takes long to start, so all of them are one program. */
	let scores: Record<string, (number | null)[]>;

	beforeAll(() => {
		const code = [
			'import json, torch, types',
			'class LogitsProcessor: pass',
			// A class for every digit, as the engine's breakers are below.
			'tokenizer = lambda text, add_special_tokens: types.SimpleNamespace(input_ids=[int(c) for c in text if c.isdigit()])',
			`ids = torch.tensor([${JSON.stringify(PROMPT)}])`,
			`text = torch.tensor([${JSON.stringify([...PROMPT, ...GENERATED])}])`,
			'found = {}',
			...Object.keys(CASES).flatMap(name => {
				const {lines, arguments: asked, notes} = generateCall(generationOf(name));
				expect(notes.join(' ')).not.toMatch(/has no/);
				return [
					...lines,
					asked.find(argument => argument.startsWith('logits_processor='))!,
					`scores = torch.tensor([${JSON.stringify(Array.from(LOGITS))}])`,
					'for processor in logits_processor: scores = processor(text, scores)',
					'',
					`found[${JSON.stringify(name)}] = [None if score == -torch.inf else score for score in scores[0].tolist()]`,
				];
			}),
			'print(json.dumps(found))',
		];
		scores = run(TORCH!, code.join('\n')) as typeof scores;
	});

	test.each(Object.keys(CASES))('%s', name => {
		const generation = generationOf(name);
		const config = configWith(generation, {drySequenceBreakersIds: generation.drySequenceBreakers.map(Number)});
		const ours = createPipeline(config, {vocabSize: VOCABULARY, eosTokenIds: [0]}).run(LOGITS, {
			prompt: PROMPT,
			generated: GENERATED,
		});
		expect(ours).not.toEqual(LOGITS);
		expect(scores[name].map(score => score === null)).toEqual(Array.from(ours, score => score === -Infinity));
		for (const [id, score] of scores[name].entries()) if (score !== null) expect(score).toBeCloseTo(ours[id], 5);
	});
});

describe.skipIf(!PYTHON)('choices, in Python', () => {
	const SPELLED = ['<end>', ' ', 'a', 'b', 'ab', ' a', ' ab', 'c', ' abc', 'bc', 'd'];
	const CHOICES = [' abc', ' ab', ' ad', 'dd'];
	const form = new Form(
		'choices',
		CHOICES.join('\n'),
		new FormVocabulary(SPELLED.map((text, id) => (id === 0 ? null : new TextEncoder().encode(text)))),
	);

	test.each([
		['', []],
		['', [1]],
		['', [5]],
		['', [6]],
		['', [5, 3]],
		['', [1, 2]],
		['', [8]],
		['', [10]],
		[' a', [3]],
		['elsewhere', [10]],
	])('after %j and %j the classes that fit are the engine’s', (begun, generated) => {
		const {lines} = generateCall({...NEUTRAL_GENERATION, formKind: 'choices', form: CHOICES.join('\n')}, begun);
		const fits = run(
			PYTHON!,
			[
				'import json, types',
				`texts = ${JSON.stringify(SPELLED)}`,
				'model = types.SimpleNamespace(config=types.SimpleNamespace(vocab_size=len(texts)))',
				'tokenizer = types.SimpleNamespace(eos_token_id=0, decode=lambda ids, **_: "".join(texts[id] for id in ids))',
				'ids = types.SimpleNamespace(shape=[1, 2])',
				...lines,
				`print(json.dumps(sorted(set(fitting(0, [3, 3, *${JSON.stringify(generated)}])))))`,
			].join('\n'),
		);
		const ids = [...(begun === ' a' ? [5] : []), ...generated];
		const mask = form.fitting(ids)!;
		const ours = SPELLED.map((_, id) => id).filter(id => mask[id] === 1 || (id === 0 && form.isComplete(ids)));
		expect(fits).toEqual(ours);
	});
});
