import {beforeAll, expect, test} from 'vitest';
import {t} from '../../../../../src/client/browser/i18n.ts';
import {NEUTRAL_GENERATION} from '../../../../../src/engine/parameters/registry.ts';
import {TEACHING} from '../../../../../src/features/prompt/editor/prompts-menu.tsx';
import type {ClassesAnswer} from '../../../../../src/protocol/questions/classes.ts';
import {EngineService} from '../../../../../src/service/service.ts';
import {askService} from '../../../../helpers/ask-service.ts';
import {openServedModel} from '../../../../helpers/bundled-model.ts';
import {installI18n} from '../../../../helpers/fake-i18n.ts';

beforeAll(installI18n);

const service = new EngineService(openServedModel);
const first = ({model}: ClassesAnswer) => model[0].text;
const probability = ({model}: ClassesAnswer, of: string) => model.find(({text}) => text === of)?.probability ?? 0;

/** What each sentence of the menu claims of the classes that come next. */
const CLAIMS: Record<(typeof TEACHING)[number][0], (answer: ClassesAnswer) => unknown> = {
	prompts_certain: answer => expect(answer.model[0].probability).toBeGreaterThan(0.95),
	prompts_open: answer => expect(answer.model[0].probability).toBeLessThan(0.05),
	prompts_fact: answer => expect(first(answer)).toBe(' Lincoln'),
	prompts_agreement(answer) {
		expect(first(answer)).toBe(' are');
		expect(probability(answer, ' are')).toBeGreaterThan(2 * probability(answer, ' is'));
	},
	prompts_code: answer => expect(first(answer)).toBe(')'),
	prompts_repetition: answer => expect(first(answer)).toBe(' ha'),
};

test.each(TEACHING)('the bundled model does what the menu says of %s', async (sentence, text) => {
	const params = {prompt: {text: t(text), appended: []}, generation: NEUTRAL_GENERATION, limit: 50};
	CLAIMS[sentence](await askService(() => service)('classes', params));
});
