// @vitest-environment happy-dom
import {beforeAll, expect, test} from 'vitest';
import {ClassesPage} from '../../../src/features/classes/export/saved-page.tsx';
import {PassagePage} from '../../../src/features/passage/saved-page.tsx';
import type {ScoreAnswer, ScoredToken} from '../../../src/protocol/questions/score.ts';
import {pageFile} from '../../../src/ui/saved-page.ts';
import {installI18n} from '../../helpers/fake-i18n.ts';

/** What is saved as a page is one file: no script, nothing from outside, and text that is only text. */

beforeAll(installI18n);

const HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>';

const TEXT = `${HOSTILE} king`;
const tokens = [HOSTILE, ' king'].map(
	(text, id): ScoredToken => ({
		id,
		text,
		start: id === 0 ? 0 : HOSTILE.length,
		end: id === 0 ? HOSTILE.length : TEXT.length,
		rank: id === 0 ? 20_000 : 2,
		logProb: Math.log(id === 0 ? 1e-6 : 0.25),
		corrected: -1,
		entropy: 1,
		top: [{id: 9, text: ' queen', probability: 0.5}],
	}),
);
const totals = {model: 'gpt2-mini', tokenCount: 2, perplexity: 12, bitsPerToken: 3.5} as ScoreAnswer;

/** Spaces that do not break, however they are written. */
const read = (file: string) => file.replaceAll('&nbsp;', '\u00a0');

function check(file: string) {
	expect(file).toMatch(/^<!doctype html>/);
	expect(file).toContain('Content-Security-Policy');
	expect(file).toContain("default-src 'none'");
	expect(file).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
	expect(file).not.toMatch(/<script|<img|<link|<iframe| on\w+="/);
	expect(file.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|\bsrc="|url\(/);
	expect(file).toContain('Next-Token Lens 1.2.3');
}

test('a passage: its colours, and a card for every token', () => {
	const page = (
		<PassagePage title="T" model="gpt2-mini" text={TEXT} tokens={tokens} vocabSize={50_257} totals={totals} />
	);
	const file = read(pageFile(HOSTILE, page, '1.2.3'));
	check(file);
	expect(file).toMatch(/class="token band-4"/);
	expect(file).toMatch(/class="token band-1" tabindex="0"[^>]*> king/i);
	expect(file).toContain('25.0\u00a0%');
	expect(file).toContain('·queen 50.0\u00a0%');
	// By the measure that is corrected, and by its token's.
	expect(file).toMatch(/Its word, \S*king\S*: 1\.4\S* bits \(its tokens added up: 2\.0\S* bits\)/);
});

test('the classes of a prompt: the bar, every class with its number, model and settings', () => {
	const row = {id: 1, text: ' face', logit: 10.5};
	const saved = pageFile(
		'classes',
		<ClassesPage
			prompt={HOSTILE}
			model="gpt2-mini"
			settings="Temperature 0.5, seed 7"
			shares={[0.5, 0.25, 0.15, 0.1]}
			rows={[{row, rank: 1, probability: 0.5}]}
			others={{count: 50_256, probability: 0.5}}
		/>,
		'1.2.3',
	);
	const file = read(saved);
	check(file);
	for (const text of ['·face', '50.0\u00a0%', '10.50', 'seed 7', 'gpt2-mini', '50,256']) expect(file).toContain(text);
	expect(file).toMatch(/solid-2" style="width: 25%/);
});
