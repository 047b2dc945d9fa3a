import fc from 'fast-check';
import * as v from 'valibot';
import {describe, expect, test, vi} from 'vitest';
import {exportSettings, importSettings, SettingsFileError} from '../../../../src/client/settings/file.ts';
import {parseSettings, type SettingsProblem} from '../../../../src/client/settings/parse.ts';
import {DEFAULT_SETTINGS, Settings} from '../../../../src/client/settings/settings.ts';
import {writtenForm} from '../../../../src/client/settings/written.ts';
import {sentenceOf} from '../../../../src/engine/errors/refusal.ts';
import {DEFAULT_GENERATION} from '../../../../src/engine/parameters/registry.ts';

const spoken = (problems: readonly SettingsProblem[]) =>
	problems.map(({refusals, ...problem}) => ({...problem, message: sentenceOf(refusals)}));

const changed: Settings = {
	...DEFAULT_SETTINGS,
	seedMode: 'fixed',
	classesListed: 50,
	temperature: 1.3,
	topK: 40,
	seed: 7,
	stopStrings: ['\n'],
};
/** The same as they are stored. */
const written = writtenForm(changed);

describe('settings from elsewhere', () => {
	test('nothing stored yet gives the defaults, without a word', () => {
		expect(parseSettings(undefined)).toEqual({settings: DEFAULT_SETTINGS, problems: []});
	});

	test('good settings come back as they are', () => {
		expect(parseSettings(structuredClone(written))).toEqual({settings: changed, problems: []});
	});

	test('one bad field falls back alone; the problem names it and its value', () => {
		const {settings, problems} = parseSettings({
			...written,
			generation: {...written.generation, temperature: -3},
		});
		expect(settings).toEqual({...changed, temperature: DEFAULT_SETTINGS.temperature});
		expect(spoken(problems)).toEqual([
			{
				field: 'generation.temperature',
				kind: 'invalid',
				message:
					'temperature must be a number from 0.01 to 100, but is -3. For the most probable class every time, turn sampling off instead.',
			},
		]);
	});

	test.each([
		['seedMode', 'later', 'parameter-choice'],
		['passageScale', 3, 'parameter-choice'],
		['loopKeys', 'yes', 'parameter-switch'],
		['classesListed', 1000, 'parameter-whole-range'],
	])('%s as %j is refused by a code that names it and what is allowed', (name, value, code) => {
		const {problems} = parseSettings({...written, [name]: value});
		expect(problems).toMatchObject([
			{field: name, refusals: [{code, values: {parameter: name, value: JSON.stringify(value)}}]},
		]);
	});

	test('a field an older version did not have starts at its default, without a word', () => {
		const {passageScale: _, ...older} = written;
		expect(parseSettings(older)).toEqual({settings: changed, problems: []});
	});

	test.each([[[]], ['x'], [null], [5]])('%j in place of the parameters of generation is told', generation => {
		const {settings, problems} = parseSettings({...written, generation});
		expect(settings).toEqual({...changed, ...DEFAULT_GENERATION});
		expect(spoken(problems)).toEqual([
			{field: 'generation', kind: 'invalid', message: expect.stringMatching(/object with fields/)},
		]);
	});

	test('a stored value that is no object is reported, with what is needed', () => {
		expect(spoken(parseSettings('text').problems)).toEqual([
			{field: '', kind: 'invalid', message: expect.stringMatching(/an object with fields such as “generation”/)},
		]);
	});

	test('settings without parameters of generation have the default ones, without a word', () => {
		const {generation: _, ...older} = written;
		expect(parseSettings(older)).toEqual({
			settings: {...changed, ...DEFAULT_GENERATION},
			problems: [],
		});
	});

	test('a field of a newer version is told, the rest is kept', () => {
		const {settings, problems} = parseSettings({
			...written,
			version: 2,
			generation: {...written.generation, quadraticSampling: 0.8},
		});
		expect(settings).toEqual(changed);
		expect(spoken(problems)).toEqual([
			{
				field: 'generation.quadraticSampling',
				kind: 'unknown',
				message: 'There is no setting called "quadraticSampling" in this version.',
			},
		]);
		const surprising = parseSettings({...written, ['y'.repeat(500)]: 1});
		expect(surprising.problems).toMatchObject([{field: 'y'.repeat(500), kind: 'unknown'}]);
		expect(sentenceOf(surprising.problems[0].refusals).match(/y{9,}/)![0]).toHaveLength(100);
	});

	test('parameters that exclude each other are put back until none do', () => {
		const {settings, problems} = parseSettings({
			...written,
			generation: {...written.generation, doSample: false, numReturnSequences: 4},
		});
		expect(v.is(Settings, settings)).toBe(true);
		expect(problems.some(({kind}) => kind === 'conflict')).toBe(true);
	});

	test('searches of earlier versions give way to plain ones, and the rest stays', () => {
		const off = {numBeamGroups: 1, diversityPenalty: 0, penaltyAlpha: 0};
		const beams = {...written.generation, doSample: false, numReturnSequences: 1, numBeams: 4};
		expect(parseSettings({...written, generation: {...beams, ...off}})).toEqual({
			settings: {...changed, ...beams},
			problems: [],
		});
		const asked = {...beams, numBeamGroups: 2, diversityPenalty: 0.5};
		const {settings, problems} = parseSettings({...written, generation: asked});
		expect(settings).toEqual({...changed, ...beams});
		expect(spoken(problems)).toEqual([
			{field: 'generation', kind: 'unknown', message: expect.stringMatching(/Plain beam search takes its place/)},
		]);
		const contrastive = parseSettings({...written, generation: {...written.generation, penaltyAlpha: 0.6}});
		expect(contrastive.settings).toEqual(parseSettings(written).settings);
		expect(spoken(contrastive.problems)[0].message).toMatch(/Greedy search takes its place/);
	});

	test.each([[null], ['settings'], [42], [[1, 2]]])('%j is no settings', value => {
		const {settings, problems} = parseSettings(value);
		expect(settings).toEqual(DEFAULT_SETTINGS);
		expect(problems).toHaveLength(1);
	});

	test('any stored value is parsed into valid settings', () => {
		const field = fc.constantFrom(...Object.keys(DEFAULT_GENERATION));
		const generation = fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.constantFrom(0, 1, 2, 0.5, true, false)));
		fc.assert(
			fc.property(fc.oneof(fc.jsonValue(), fc.record({generation, seedMode: fc.jsonValue()})), value => {
				expect(v.is(Settings, parseSettings(value).settings)).toBe(true);
			}),
		);
	});
});

describe('the file', () => {
	test('exported settings are imported unchanged', () => {
		expect(importSettings(exportSettings(changed))).toEqual({settings: changed, problems: []});
	});

	test('is text that people can read and edit', () => {
		expect(exportSettings(changed).split('\n').slice(0, 4)).toEqual([
			'{',
			expect.stringMatching(/^\t"\w+": /),
			expect.stringMatching(/^\t/),
			expect.stringMatching(/^\t/),
		]);
		expect(exportSettings(changed).endsWith('}\n')).toBe(true);
	});

	test('with a value that cannot be used is imported without it', () => {
		const {settings, problems} = importSettings(JSON.stringify({...written, classesListed: 'many'}));
		expect(settings).toEqual({...changed, classesListed: DEFAULT_SETTINGS.classesListed});
		expect(problems.map(({field}) => field)).toEqual(['classesListed']);
	});

	test('a U+FEFF within a text stays', () => {
		const words = {...changed, stopStrings: ['\ufeff']};
		expect(importSettings(exportSettings(words)).settings).toEqual(words);
	});

	test('that is no JSON is refused, with the place where the parser tells it', () => {
		expect(() => importSettings('{\n"version": 1 2}')).toThrow(
			/^The file is not JSON: line 2, column 14 cannot be read\./,
		);
		const attempt = () => importSettings('{"version": 1,');
		expect(attempt).toThrow(/^The file is not JSON(?:: line 1, column \d+ cannot be read)?\./);
		expect(attempt).toThrow(expect.objectContaining({name: 'SettingsFileError', cause: expect.any(SyntaxError)}));
	});

	test.each<[string, string, RegExp]>([
		['Chromium', 'Unexpected token x in JSON at position 12', /line 2, column 11 cannot be read/],
		[
			'Firefox',
			"JSON.parse: expected property name or '}' at line 12 column 345 of the JSON data",
			/line 12, column 345 cannot be read/,
		],
		['another browser', 'JSON Parse error: Unexpected token', /^The file is not JSON\. Choose a file/],
	])('that is no JSON is refused with the place that %s names', (_, words, message) => {
		const parse = vi.spyOn(JSON, 'parse').mockImplementation(() => {
			throw new SyntaxError(words);
		});
		try {
			expect(() => importSettings('{\n"version": x}')).toThrow(message);
		} finally {
			parse.mockRestore();
		}
	});

	test('a byte order mark of an editor does no harm, nor does it move the place of a fault', () => {
		expect(importSettings(`\ufeff${exportSettings(changed)}`).settings).toEqual(changed);
		expect(() => importSettings('\ufeff{\n2}')).toThrow(/line 2, column 1 cannot be read/);
	});

	test.each(['', 'temperature = 1', '{"version": 1,', 'null', '[]', '"text"'])(
		'%j is refused with what to do',
		text => {
			expect(() => importSettings(text)).toThrow(SettingsFileError);
			expect(() => importSettings(text)).toThrow(/Choose a file/);
		},
	);
});
