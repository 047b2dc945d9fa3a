import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
	fieldText,
	leaveField,
	newSettingsDraft,
	problemsOf,
	repairOf,
	type SettingsDraft,
	savable,
	setValue,
	typeText,
} from '../../../../src/client/settings/draft.ts';
import {CONTROLS, GROUPS} from '../../../../src/client/settings/parameters.ts';
import {
	applyPreset,
	comparedChoice,
	isPreset,
	OPTION_PRESETS,
	PRESETS,
	type PresetId,
	STRATEGY_PRESETS,
} from '../../../../src/client/settings/presets.ts';
import {DEFAULT_SETTINGS, type SettingName} from '../../../../src/client/settings/settings.ts';
import {sentenceOf} from '../../../../src/engine/errors/refusal.ts';
import {DEFAULT_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {conflictsOf} from '../../../../src/engine/parameters/strategies.ts';

/** What is said beside a field. */
const told = (draft: SettingsDraft, name: SettingName) => sentenceOf(problemsOf(draft).get(name) ?? []);

const start = newSettingsDraft(DEFAULT_SETTINGS);

describe('editing a setting', () => {
	it('takes a value in range as it is typed, and does not change the typed text', () => {
		const draft = typeText(start, 'temperature', '1.');
		expect(fieldText(draft, 'temperature')).toBe('1.');
		expect(savable(draft)?.temperature).toBe(1);
		expect(fieldText(leaveField(draft, 'temperature'), 'temperature')).toBe('1');
	});

	it('keeps a value out of range in its field, says why, and saves the last allowed value', () => {
		const draft = leaveField(typeText(start, 'temperature', '-3'), 'temperature');
		expect(fieldText(draft, 'temperature')).toBe('-3');
		expect(told(draft, 'temperature')).toBe(
			'temperature must be a number from 0.01 to 100, but is -3. For the most probable class every time, turn sampling off instead.',
		);
		expect(savable(draft)?.temperature).toBe(DEFAULT_GENERATION.temperature);
		// Another setting is still saved.
		expect(savable(setValue(draft, 'topK', 7))).toMatchObject({topK: 7, temperature: 0.8});
	});

	it.each(['', 'abc', '1,2,3', 'NaN', '1e999', '0x'])(
		'refuses %j as a temperature and shows it in the reason',
		text => {
			const draft = typeText(start, 'temperature', text);
			expect(told(draft, 'temperature')).toContain(text === '1e999' ? 'Infinity' : JSON.stringify(text));
			expect(fieldText(draft, 'temperature')).toBe(text);
		},
	);

	it('reads a decimal comma and a true minus sign', () => {
		expect(typeText(start, 'temperature', '0,7').values.temperature).toBe(0.7);
		expect(typeText(start, 'lengthPenalty', '−1').values.lengthPenalty).toBe(-1);
		expect(typeText(start, 'lengthPenalty', ' −1,25 ').values.lengthPenalty).toBe(-1.25);
		expect(typeText(start, 'temperature', '12,75').values.temperature).toBe(12.75);
		expect(typeText(start, 'temperature', ' 0.7\n').values.temperature).toBe(0.7);
	});

	it('clears the reason once the value is allowed, or comes from the slider', () => {
		const refused = typeText(start, 'topP', '2');
		expect(problemsOf(typeText(refused, 'topP', '0.5')).size).toBe(0);
		const slid = setValue(refused, 'topP', 0.4);
		expect(problemsOf(slid).size).toBe(0);
		expect(fieldText(slid, 'topP')).toBe('0.4');
	});

	it('refuses values that do not go together beside the one to look at, and saves none of them', () => {
		const draft = setValue(start, 'doSample', false);
		expect(told(draft, 'numReturnSequences')).toMatch(/^Greedy search gives one continuation/);
		expect(savable(draft)).toBeNull();
		expect(savable(setValue(draft, 'numReturnSequences', 1))?.doSample).toBe(false);
	});

	it('knows a value that would go together with the others', () => {
		expect(repairOf(start, 'numReturnSequences')).toBeNull();
		expect(repairOf(setValue(start, 'doSample', false), 'numReturnSequences')).toBe(1);
	});

	it('offers a repair only where there is a conflict, and one that leaves none', () => {
		const numbers = fc.constantFrom(0, 1, 2, 3, 4, 6, 70);
		const values = fc.record({
			doSample: fc.boolean(),
			numBeams: fc.constantFrom(1, 2, 4, 6),
			numReturnSequences: fc.constantFrom(1, 2, 5),
			topK: numbers,
			numAssistantTokens: fc.constantFrom(0, 3),
			promptLookupNumTokens: fc.constantFrom(0, 3),
			minNewTokens: numbers,
			maxNewTokens: fc.constantFrom(2, 32),
		});
		fc.assert(
			fc.property(values, changes => {
				const draft = newSettingsDraft({...start.values, ...changes});
				const conflicts = conflictsOf(draft.values).map(({parameter}) => parameter);
				for (const name of Object.keys(changes) as (keyof typeof changes)[]) {
					const repaired = repairOf(draft, name);
					if (!conflicts.includes(name)) expect(repaired).toBeNull();
					if (repaired === null) continue;
					const after = setValue(draft, name, repaired as never);
					expect(after.values[name]).toEqual(repaired);
					expect(problemsOf(after).size).toBe(0);
				}
			}),
			{numRuns: 300},
		);
		expect(repairOf(setValue(start, 'doSample', false), 'topK')).toBeNull();
	});

	it('takes texts one a line, with escapes, and refuses an empty one', () => {
		const draft = typeText(start, 'stopStrings', ' the end\\n\n\\\\o/\n');
		expect(draft.values.stopStrings).toEqual([' the end\n', '\\o/']);
		expect(fieldText(leaveField(draft, 'stopStrings'), 'stopStrings')).toBe(' the end\\n\n\\\\o/');
		expect(told(typeText(start, 'stopStrings', 'a\n\nb'), 'stopStrings')).toMatch(/empty text/);
		expect(typeText(start, 'stopStrings', 'the end').values.stopStrings).toEqual(['the end']);
		const tabbed = typeText(start, 'stopStrings', 'a\\tb');
		expect(tabbed.values.stopStrings).toEqual(['a\tb']);
		expect(fieldText(leaveField(tabbed, 'stopStrings'), 'stopStrings')).toBe('a\\tb');
	});

	it('shows any list of texts so that it reads back the same', () => {
		const texts = fc.array(fc.string({unit: 'grapheme', minLength: 1, maxLength: 20}), {maxLength: 5});
		fc.assert(
			fc.property(texts, badWords => {
				// A carriage return is a line break to a text area.
				fc.pre(badWords.every(text => !/[\r\u2028\u2029]/.test(text)));
				const draft = setValue(start, 'badWords', badWords);
				const text = fieldText(draft, 'badWords');
				expect(typeText(start, 'badWords', text === '' ? text : `${text}\n`).values.badWords).toEqual(badWords);
			}),
		);
	});
});

describe('the list of settings', () => {
	it('has every setting in exactly one group', () => {
		const grouped: SettingName[] = Object.values(GROUPS).flat();
		expect([...grouped].sort()).toEqual(Object.keys(DEFAULT_SETTINGS).sort());
		expect(Object.keys(CONTROLS).sort()).toEqual([...grouped].sort());
	});

	it('offers only allowed values on its sliders', () => {
		for (const [name, control] of Object.entries(CONTROLS)) {
			if (control.kind !== 'slider') continue;
			for (const value of [control.min, control.max, control.min + control.step]) {
				expect(setValue(start, name as SettingName, value as never).errors, `${name} ${value}`).toEqual({});
			}
		}
	});
});

describe('presets', () => {
	const ids = Object.keys(PRESETS) as PresetId[];

	it.each(ids)('%s holds nothing that does not go together', preset => {
		expect(conflictsOf(applyPreset(DEFAULT_GENERATION, preset))).toEqual([]);
		expect(conflictsOf({...DEFAULT_GENERATION, ...comparedChoice(preset)})).toEqual([]);
	});

	it('leave length, stop strings, banned words and seed as they are, and undo each other', () => {
		const mine = {...DEFAULT_GENERATION, maxNewTokens: 99, stopStrings: ['x'], badWords: ['y'], seed: 5, typicalP: 0.3};
		const applied = applyPreset(applyPreset(mine, 'speculative'), 'nucleus');
		expect(applied).toMatchObject({maxNewTokens: 99, stopStrings: ['x'], badWords: ['y'], seed: 5});
		expect(applied).toMatchObject({
			doSample: true,
			topP: 0.9,
			topK: 0,
			promptLookupNumTokens: 0,
			typicalP: 1,
			temperature: 1,
		});
	});

	it('are told apart', () => {
		for (const preset of ids) {
			const generation = applyPreset(DEFAULT_GENERATION, preset);
			expect(ids.filter(other => isPreset(generation, other))).toEqual([preset]);
		}
		expect(isPreset(DEFAULT_GENERATION, 'balanced')).toBe(true);
	});

	it('are compared with one text each', () => {
		for (const preset of ids) {
			const compared = comparedChoice(preset);
			const {numReturnSequences} = applyPreset(DEFAULT_GENERATION, preset);
			expect(isPreset({...DEFAULT_GENERATION, ...compared, numReturnSequences}, preset)).toBe(true);
			expect(compared.numReturnSequences).toBe(1);
		}
	});

	it('offers those that were promised', () => {
		expect(OPTION_PRESETS).toEqual(['greedy', 'balanced', 'creative', 'nucleus', 'beam']);
		expect(STRATEGY_PRESETS).toEqual(
			expect.arrayContaining(['greedy', 'ancestral', 'topK', 'nucleus', 'typical', 'beam']),
		);
	});
});
