// @vitest-environment happy-dom
import {beforeAll, expect, test} from 'vitest';
import {passageSvg} from '../../../../src/features/passage/picture.ts';
import type {ScoreAnswer, ScoredToken} from '../../../../src/protocol/questions/score.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';

/** A passage as a picture for those who have no extension. Every character is 10 pixels wide; a line has 680. */

beforeAll(installI18n);

const scored = (text: string, rank = 1): ScoredToken => ({
	id: 1,
	text,
	start: 0,
	end: 1,
	rank,
	logProb: -1,
	entropy: 1,
	corrected: -1,
	top: [],
});
const totals = {tokenCount: 3, perplexity: 45.78, bitsPerToken: 5.517} as ScoreAnswer;
const draw = (tokens: ScoredToken[]) => {
	const svg = passageSvg({tokens, totals, model: 'gpt2-mini'}, text => text.length * 10);
	const file = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
	return {svg, texts: [...file.querySelectorAll('text')].map(text => text.textContent), file};
};

test('every token stands in its colour, and the picture says what they mean, of which model, and how much', () => {
	const {texts, file, svg} = draw([scored('Once', 300), scored(' upon'), scored(' a<b', 50)]);
	expect(texts).toEqual(expect.arrayContaining(['Once', ' upon', ' a<b', 'top 10', 'top 100', 'top 1,000', 'beyond']));
	expect(texts.join(' ')).toContain('gpt2-mini · 3 tokens · perplexity 45.8 · 5.52 bits per token');
	const grounds = [...file.querySelectorAll('rect')].slice(1, 4);
	expect(new Set(grounds.map(rect => rect.getAttribute('fill'))).size).toBe(3);
	expect(grounds.map(rect => rect.getAttribute('width'))).toEqual(['40', '50', '40']);
	expect(svg).toContain('a&lt;b');
});

test('lines break before a space and where the text breaks; what is longer than the picture is said to be', () => {
	const {file, texts} = draw([...Array.from({length: 12}, () => scored(' sixteen letters')), scored('.\nNext')]);
	const places = [...file.querySelectorAll('text')].filter(text => /sixteen|^Next$/.test(text.textContent!));
	const ys = places.map(text => Number(text.getAttribute('y')));
	expect(new Set(ys).size).toBe(4);
	expect(Number(places.at(-1)!.getAttribute('x'))).toBe(20);
	// A line does not begin with the space that it broke at.
	expect(texts.filter(text => text === 'sixteen letters')).toHaveLength(2);
	const long = draw(Array.from({length: 1000}, () => scored(' sixteen letters')));
	expect(long.texts.at(-1)).toBe('The first 160 of 1,000 tokens');
});
