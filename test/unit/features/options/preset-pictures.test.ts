import {expect, test} from 'vitest';
import {OPTION_PRESETS} from '../../../../src/client/settings/presets.ts';
import {DEFAULT_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {createPresetPictures} from '../../../../src/features/options/preset-pictures.ts';
import {classesAnswer, FakeEngine} from '../../../helpers/fake-engine.ts';

const settle = () => new Promise(resolve => setTimeout(resolve));
const generation = DEFAULT_GENERATION;

test('each preset is asked for once per prompt, one after the other, and keeps the settings that presets do not change', async () => {
	const engine = new FakeEngine();
	const pictures = createPresetPictures(engine);
	pictures.follow('one', {...generation, badWords: ['x']});
	for (const preset of OPTION_PRESETS) {
		expect(pictures.answers.value.has(preset)).toBe(false);
		engine.last('classes').answer(classesAnswer(['one']));
		await settle();
		expect(pictures.answers.value.has(preset)).toBe(true);
	}
	expect(engine.of('classes')).toHaveLength(OPTION_PRESETS.length);
	expect(engine.of('classes').every(({params}) => params.generation.badWords[0] === 'x')).toBe(true);
	expect(engine.of('classes').map(({params}) => params.generation.doSample)).toContain(false);
	pictures.follow('one', generation);
	expect(engine.of('classes')).toHaveLength(OPTION_PRESETS.length);
});

test('another prompt starts over', async () => {
	const engine = new FakeEngine();
	const pictures = createPresetPictures(engine);
	pictures.follow('one', generation);
	engine.last('classes').answer(classesAnswer(['one']));
	await settle();
	const second = engine.last('classes');
	pictures.follow('two', generation);
	expect(second.cancelled).toBe(true);
	expect(pictures.answers.value.size).toBe(0);
	await settle();
	expect(engine.of('classes').map(({params}) => params.prompt.text)).toEqual(['one', 'one', 'two']);
});
