import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import messages from '../../../public/_locales/en/messages.json';
import {t, tn} from '../../../src/ui/i18n.ts';
import {installI18n} from '../../helpers/fake-i18n.ts';

beforeAll(installI18n);

const root = join(import.meta.dirname, '../../..');
const keys = Object.keys(messages);

/** All code that can name a message. */
const code = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'})
	.filter(name => /\.(tsx?|html)$/.test(name))
	.map(name => readFileSync(join(root, 'src', name), 'utf8'))
	.join('\n');
const manifest = readFileSync(join(root, 'manifest.json'), 'utf8');

const AREA =
	'(?:common|popup|classes|loop|prompts|compare|export|welcome|options|models|strategies|passage|background|walk|error)_';
const literal = new Set([
	...[...code.matchAll(new RegExp(`['"\`](${AREA}\\w*[a-zA-Z0-9])['"\`]`, 'g'))].map(match => match[1]),
	...[...manifest.matchAll(/__MSG_(\w+)__/g)].map(match => match[1]),
]);
/** Keys that are put together: `options_${name}_help` names everything of that form. */
const composed = [...code.matchAll(new RegExp(`\`(${AREA}[^\`]*\\$\\{[^\`]*)\``, 'g'))].map(
	match => new RegExp(`^${match[1].replace(/\$\{[^}]*\}/g, '\\w+')}$`),
);

test('every message that is named exists', () => {
	const known = new Set([...keys, ...keys.map(key => key.replace(/_(one|two|few|other)$/, ''))]);
	expect([...literal].filter(key => !known.has(key))).toEqual([]);
});

test('every message is used', () => {
	const used = (key: string) =>
		literal.has(key) ||
		literal.has(key.replace(/_(one|two|few|other)$/, '')) ||
		composed.some(pattern => pattern.test(key) || pattern.test(key.replace(/_(one|two|few|other)$/, '')));
	expect(keys.filter(key => !used(key))).toEqual([]);
});

test('every message says something', () => {
	expect(Object.entries(messages).filter(([, {message}]) => message.trim() === '')).toEqual([]);
});

test('substitutions are put in as they are', () => {
	expect(t('common_progress_prompt', '312', '480')).toBe('reading 312 of 480 tokens');
	expect(t('common_bits', '<b>&')).toBe('<b>& bits');
});

test('one is singular, everything else plural with its thousands separated', () => {
	expect(tn('popup_tokens', 1)).toBe('1 token');
	expect(tn('popup_tokens', 0)).toBe('0 tokens');
	expect(tn('popup_tokens', 1024)).toBe('1,024 tokens');
});

test('a message takes the name of a menu’s entry from the menu, so that it never sends anyone to one that is gone', () => {
	expect(Object.entries(messages).filter(([, {message}]) => /choose “(?!\$1”)/i.test(message))).toEqual([]);
});
