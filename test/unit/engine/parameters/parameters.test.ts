import {describe, expect, it} from 'vitest';
import {sentenceOf} from '../../../../src/engine/errors/refusal.ts';
import {expected, refusalsOfValue} from '../../../../src/engine/parameters/check.ts';
import {readBias} from '../../../../src/engine/parameters/forms.ts';
import {
	DEFAULT_GENERATION,
	HUGGING_FACE_GENERATION,
	isNeutral,
	NEUTRAL_GENERATION,
	PARAMETER_NAMES,
	PARAMETERS,
	unreadWithout,
} from '../../../../src/engine/parameters/registry.ts';
import {conflictsOf, strategyOf} from '../../../../src/engine/parameters/strategies.ts';

const refusal = (...value: Parameters<typeof refusalsOfValue>) => {
	const refused = refusalsOfValue(...value);
	return refused && sentenceOf(refused);
};

describe('every parameter', () => {
	it.each(PARAMETER_NAMES)('%s has allowed values that go together: neutral, initial and Hugging Face’s', name => {
		for (const generation of [NEUTRAL_GENERATION, DEFAULT_GENERATION, HUGGING_FACE_GENERATION]) {
			expect(refusal(name, generation[name])).toBeNull();
			expect(conflictsOf(generation)).toEqual([]);
		}
	});

	it.each(PARAMETER_NAMES)(
		'%s refuses a value of another kind, and names itself, the value and the allowed values',
		name => {
			expect(refusal(name, Number.NaN)).toMatch(new RegExp(`^${name} must be .+, but is NaN`));
			expect(refusal(name, {})).toMatch(new RegExp(`^${name} must be .+, but is \\{\\}`));
			expect(refusal(name, null)).toMatch(/but is null/);
		},
	);

	it.each(PARAMETER_NAMES)('%s has the name that Hugging Face gives it', name => {
		const {huggingFace} = PARAMETERS[name];
		if (huggingFace === null) return;
		const camelCase = huggingFace.replace(/_[a-z]/g, match => match[1].toUpperCase());
		expect(camelCase.replace(/Ids$/, '')).toBe(name);
	});

	it('is read with parameters that there are', () => {
		for (const name of PARAMETER_NAMES) {
			for (const other of PARAMETERS[name].readWith ?? []) expect(PARAMETER_NAMES).toContain(other);
		}
	});
});

it.each([
	['temperature', [0, -1, Number.POSITIVE_INFINITY], [0.01, 100]],
	['topK', [-1, 1.5], [0, 50_257]],
	['topP', [-0.1, 1.1], [0, 1]],
	['minP', [-0.1, 1.1], [0, 1]],
	['typicalP', [0, 1.1], [0.2, 1]],
	['epsilonCutoff', [-0.1, 1], [0, 0.5]],
	['etaCutoff', [-0.1, 1], [0, 0.5]],
	['repetitionPenalty', [0, -1], [0.5, 2]],
	['noRepeatNgramSize', [-1, 1.5], [0, 3]],
	['maxNewTokens', [0, 1.5], [1, 1023, 8191]],
	['seed', [-1, 2 ** 32, 0.5], [0, 2 ** 32 - 1]],
	['lengthPenalty', [Number.NEGATIVE_INFINITY, '1'], [-1, 2]],
	['doSample', [1, 'true'], [true, false]],
] as const)('%s refuses %j and takes %j', (name, refused, allowed) => {
	for (const value of refused)
		expect(refusal(name, value)).toContain(
			`but is ${JSON.stringify(value) === 'null' ? value : JSON.stringify(value)}.`,
		);
	for (const value of allowed) expect(refusal(name, value)).toBeNull();
});

it('a value that cannot be used is refused with what to do', () => {
	expect(refusal('temperature', 0)).toBe(
		'temperature must be a number from 0.01 to 100, but is 0. For the most probable class every time, turn sampling off instead.',
	);
	expect(refusal('topK', 2.5)).toBe('topK must be a whole number from 0 to 1000000, but is 2.5. 0 turns it off.');
	expect(refusal('earlyStopping', 'maybe')).toBe('earlyStopping must be false, true or "never", but is "maybe".');
	expect(refusal('stopStrings', ['a', ''])).toBe(
		'stopStrings has an empty text. Remove it, or write what it should be.',
	);
	expect(refusal('badWords', ['x'.repeat(201)])).toBe('A text in badWords is longer than 200 characters.');
	expect(refusal('badWords', Array(101).fill('x'))).toBe('badWords takes at most 100 texts.');
	expect(refusal('doSample', 'x'.repeat(200))!.length).toBeLessThan(200);
	// As JSON, with the quotation mark before it.
	expect(refusal('doSample', 'x'.repeat(99))).toMatch(/but is "x{99}…/);
	expect(refusal('doSample', 'x'.repeat(98))).toMatch(/but is "x{98}"\.$/);
	expect(refusal('badWords', ['war', 5])).toMatch(/badWords must be .*, but is \["war",5\]/);
	expect(refusal('badWords', 'war')).toMatch(/badWords must be .*, but is "war"/);
	for (const allowed of [[], ['war'], ['x'.repeat(200)], Array(100).fill('x')]) {
		expect(refusal('badWords', allowed)).toBeNull();
	}
});

it('the allowed values in words: for `--help`', () => {
	const words = Object.fromEntries(PARAMETER_NAMES.map(name => [name, expected(PARAMETERS[name])]));
	expect(words).toMatchObject({
		temperature: 'a number from 0.01 to 100',
		topK: 'a whole number from 0 to 1000000',
		doSample: 'true or false',
		earlyStopping: 'false, true or "never"',
		badWords: 'texts',
	});
});

describe('a bias', () => {
	it('may have a typographic minus before its number, and leaves that of its class alone', () => {
		expect(readBias('war=−2.5')).toEqual({classes: {text: 'war'}, bias: -2.5});
		expect(readBias('−=−1')).toEqual({classes: {text: '−'}, bias: -1});
	});
});

describe('strategies', () => {
	it.each([
		['greedy', {}],
		['sampling', {doSample: true, numReturnSequences: 4}],
		['beam', {numBeams: 4, numReturnSequences: 4}],
		['beam-sampling', {numBeams: 4, doSample: true}],
		['speculative', {numAssistantTokens: 4, doSample: true}],
		['speculative', {promptLookupNumTokens: 4}],
	] as const)('%s is what %j asks for', (strategy, changes) => {
		const generation = {...NEUTRAL_GENERATION, ...changes};
		expect(strategyOf(generation)).toBe(strategy);
		expect(conflictsOf(generation)).toEqual([]);
	});

	it('values at the edge go together', () => {
		for (const changes of [{minNewTokens: 8, maxNewTokens: 8}])
			expect(conflictsOf({...NEUTRAL_GENERATION, ...changes})).toEqual([]);
	});

	it.each([
		[{minNewTokens: 9, maxNewTokens: 8}, 'minNewTokens', /larger than maxNewTokens/],
		[{numReturnSequences: 2}, 'numReturnSequences', /every further one would be the same/],
		[{numBeams: 2, numReturnSequences: 3}, 'numReturnSequences', /as many continuations as it has beams/],
		[{numAssistantTokens: 2, numBeams: 2}, 'numBeams', /one sequence, not on beams/],
		[{numAssistantTokens: 2, promptLookupNumTokens: 2}, 'numAssistantTokens', /or a smaller model, but not both/],
		[{numAssistantTokens: 2, doSample: true, numReturnSequences: 2}, 'numReturnSequences', /one continuation/],
	] as const)('%j do not go together', (changes, parameter, message) => {
		const conflicts = conflictsOf({...NEUTRAL_GENERATION, ...changes});
		expect(conflicts.map(({parameter, refusal}) => [parameter, sentenceOf(refusal)])).toEqual([
			[parameter, expect.stringMatching(message)],
		]);
	});
});

describe('a parameter without effect', () => {
	const without = (changes: object, name: Parameters<typeof unreadWithout>[0]) =>
		unreadWithout(name, {...NEUTRAL_GENERATION, ...changes});

	it('is reported with the change that would give it one', () => {
		expect(without({}, 'temperature')).toEqual(['doSample']);
		expect(without({}, 'topK')).toEqual(['doSample']);
		expect(without({}, 'earlyStopping')).toEqual(['numBeams']);
	});

	it('is never one that the strategy reads', () => {
		expect(without({doSample: true}, 'temperature')).toBeNull();
		expect(without({numBeams: 2}, 'earlyStopping')).toBeNull();
		expect(without({}, 'repetitionPenalty')).toBeNull();
	});
});

it('a neutral value changes nothing; an empty list is neutral too', () => {
	expect(isNeutral('badWords', [])).toBe(true);
	expect(isNeutral('badWords', ['war'])).toBe(false);
	expect(isNeutral('topP', 1)).toBe(true);
	expect(isNeutral('topP', 0)).toBe(false);
});
