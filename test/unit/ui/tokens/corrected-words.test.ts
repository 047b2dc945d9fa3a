import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import type {ScoreAnswer, ScoredToken} from '../../../../src/protocol/questions/score.ts';
import {EngineService} from '../../../../src/service/service.ts';
import {surprisalOf, tokensOf, wordsIn} from '../../../../src/ui/tokens/words.ts';
import {openServedModel} from '../../../helpers/bundled-model.ts';

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
const service = new EngineService(openServedModel);

async function scored(text: string) {
	const tokens: ScoredToken[] = [];
	const totals = await service.answer('score', {text}, new AbortController().signal, event => {
		const {kind, tokens: next} = event as {kind: string; tokens: ScoredToken[]};
		if (kind === 'scored') tokens.push(...next);
	});
	return {tokens, totals: totals as ScoreAnswer};
}

test('the corrected surprisal of a story’s words differs from the plain one as the documentation says', async () => {
	const text = read('src/features/walkthrough/train/trainer/texts/willie.txt').slice(0, 5000).trimEnd();
	const {tokens, totals} = await scored(text);
	const words = tokensOf(text, wordsIn(text), tokens).filter(({part}) => part.isWord);
	const differences = words.map(({tokens}) => {
		const {bits, plainBits} = surprisalOf(tokens);
		return bits - plainBits;
	});
	const mean = differences.reduce((sum, bits) => sum + Math.abs(bits), 0) / words.length;
	const largest = Math.max(...differences.map(Math.abs));
	const at = differences.findIndex(bits => Math.abs(bits) === largest);
	const {start, end} = words[at].part;
	const figures = `${words.length} words differ by ${mean.toFixed(2)} bits in the mean and by ${largest.toFixed(1)} at most (“${text.slice(start, end)}”)`;
	expect(read('docs/words.md').replace(/\s+/g, ' ')).toContain(figures);

	// Nothing is lost between the words: only how the last one ends is added.
	const sum = (of: (token: ScoredToken) => number) => tokens.reduce((total, token) => total + of(token), 0);
	expect(sum(({corrected}) => corrected)).toBeCloseTo(totals.corrected, 6);
	expect(totals.corrected).toBeLessThan(totals.logProb);
	expect(totals.corrected - totals.logProb).toBeGreaterThan(-20);
});
