import {beforeAll, expect, test} from 'vitest';
import {en as messages} from '../../../../locales/en.ts';
import {t, tn} from '../../../../src/client/browser/i18n.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

beforeAll(installI18n);

test('substitutions are put in as they are', () => {
	expect(t('common_progress_prompt', {done: '312', total: '480'})).toBe('reading 312 of 480 tokens');
	expect(t('common_bits', {bits: '<b>&'})).toBe('<b>& bits');
});

test('one is singular, everything else plural with its thousands separated', () => {
	expect(tn('popup_tokens', 1)).toBe('1 token');
	expect(tn('popup_tokens', 0)).toBe('0 tokens');
	expect(tn('popup_tokens', 1024)).toBe('1,024 tokens');
});

test('a message takes the name of a menu’s entry from the menu, so that it never sends anyone to one that is gone', () => {
	expect(Object.entries(messages).filter(([, message]) => /choose “(?!\{\w+\}”)/i.test(message))).toEqual([]);
});
