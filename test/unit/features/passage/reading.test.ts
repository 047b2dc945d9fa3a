import {afterAll, expect, it} from 'vitest';
import {scorePassage} from '../../../../src/engine/scoring/passage.ts';
import {extremeWords, wordsOf} from '../../../../src/features/passage/words.ts';
import type {ScoredToken} from '../../../../src/protocol/questions/score.ts';
import {EngineService} from '../../../../src/service/service.ts';
import {hasTypography, plainTypography} from '../../../../src/ui/tokens/typography.ts';
import {isHardlyRead, isHardlySpelled} from '../../../../src/ui/tokens/unread.ts';
import {askService} from '../../../helpers/ask-service.ts';
import {openBundledModel, openServedModel} from '../../../helpers/bundled-model.ts';

const bundled = openBundledModel();
afterAll(async () => (await bundled).lm.dispose());

/** Surprise that is not the text's: typography, and scripts that a model never saw. */

const scored = (parts: readonly [text: string, bits: number][]) => {
	let at = 0;
	return parts.map(([text, bits], id): ScoredToken => {
		const start = at;
		at += text.length;
		return {
			id,
			text,
			start,
			end: at,
			rank: 1,
			logProb: -bits * Math.LN2,
			corrected: -bits * Math.LN2,
			entropy: 1,
			top: [],
		};
	});
};

it('a word that surprises by its apostrophe is marked, and no word that is least expected', () => {
	const parts: [string, number][] = [
		['I', 2],
		[' can', 3],
		['’', 60],
		['t', 4],
		[' see', 5],
		[' a', 1],
		[' zebra', 12],
		[' in', 2],
		[' this', 1],
		[' garden', 6],
	];
	const text = parts.map(([part]) => part).join('');
	const words = wordsOf(text, scored(parts));
	expect(words.filter(({typographic}) => typographic).map(({word}) => word)).toEqual(['can’t']);
	const {unexpected, expected} = extremeWords(words, 8);
	expect([...unexpected, ...expected].map(({word}) => word)).not.toContain('can’t');
	expect(unexpected[0].word).toBe('zebra');
	const plain = plainTypography(text);
	expect(plain).toHaveLength(text.length);
	expect(plain).toContain("can't");
	expect(hasTypography(plain)).toBe(false);
	expect(plainTypography('“a”—‘b’\u00a0c…')).toBe('"a"-\'b\' c…');
});

/** Offsets of tokens whose place in the text does not matter. */
const NOWHERE = {start: 0, end: 0};

it('a text in fragments of characters, or beyond any language of the model, is hardly read; English is', () => {
	const token = (bits: number, text?: string) => ({text, logProb: -bits * Math.LN2, ...NOWHERE});
	const isHardly = (tokens: Parameters<typeof isHardlyRead>[1]) => isHardlyRead('', tokens);
	const many = (one: ReturnType<typeof token>, count = 20) => Array.from({length: count}, () => one);
	expect(isHardly(many(token(7, ' word')))).toBe(false);
	expect(isHardly([...many(token(7, ' word'), 12), ...many(token(7), 8)])).toBe(true);
	expect(isHardly(many(token(12, ' слово')))).toBe(true);
	// A single emoji in a short text says nothing.
	expect(isHardly([...many(token(7, ' word'), 4), ...many(token(9), 3)])).toBe(false);
});

it.each([
	['Он открыл дверь и увидел свою', true],
	['我今天去了学校', true],
	['บนโต๊ะ', true],
	['The old man opened the door and saw his', false],
	['Der alte Mann öffnete die Tür und sah', false],
	['Le vieil homme — “déjà” — ouvrit…', false],
	['Good 😀😀😀 morning', false],
	['The letters α and β', false],
	['She wrote 你 on the blackboard and', false],
	['', false],
])('from the tokens alone, the bundled model hardly reads %j: %s', async (text, is) => {
	const {tokenizer} = await bundled;
	expect(isHardlySpelled(tokenizer.encode(text).map(id => tokenizer.token(id)))).toBe(is);
});

it.each([
	['The old man opened the door of the house and saw his daughter standing in the rain.', false],
	['Der alte Mann öffnete die Tür des Hauses und sah seine Tochter im Regen stehen.', true],
	['Le vieil homme ouvrit la porte de la maison et vit sa fille debout sous la pluie.', true],
	['Stary człowiek otworzył drzwi domu i zobaczył swoją córkę stojącą na deszczu.', true],
])(
	'by its perplexity, a language in letters that it knows is one that the bundled model hardly reads, too: %j: %s',
	async (text, is) => {
		const {lm, tokenizer} = await bundled;
		const ids = tokenizer.encode(text);
		const {logProb, tokens} = await scorePassage(lm, ids, {onScored: () => undefined});
		const scored = ids.map(id => ({...tokenizer.token(id), logProb: logProb / tokens, ...NOWHERE}));
		expect(isHardlyRead(text, scored)).toBe(is);
	},
);

it('quotation marks and dashes of typography do not make a text one that the model hardly reads', async () => {
	const model = await openServedModel(() => {});
	const service = new EngineService(async () => model);
	const ask = askService(() => service);
	const isHardly = async (text: string) => {
		const tokens: ScoredToken[] = [];
		await ask('score', {text}, {onEvent: event => event.kind === 'scored' && void tokens.push(...event.tokens)});
		return isHardlyRead(text, tokens);
	};
	expect(await isHardly('“I can’t see it,” she said. “It isn’t there.”')).toBe(false);
	expect(
		await isHardly('“Don’t go,” said Anna. “I won’t,” said Tom, “but you’re wrong. It’s late, and we’ve no time.”'),
	).toBe(false);
	expect(await isHardly('“Ich weiß nicht”, sagte er. „Der alte Mann – wie heißt er? – ist weg.“')).toBe(true);
	expect(await isHardly('Он открыл дверь и увидел свою дочь — “она”')).toBe(true);
	await model.lm.dispose();
});
