import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {commonLength, perplexityOf, type Ranked} from '../../src/app/views/passage/authorship/figures.ts';
import {loadReferences} from '../../src/app/views/passage/authorship/references.ts';
import type {MeasuredEvent} from '../../src/protocol/engine.ts';
import {EngineService} from '../../src/service/service.ts';
import {openServedModel} from '../helpers/bundled-model.ts';

const median = (values: readonly number[]) => {
	const sorted = [...values].sort((a, b) => a - b);
	return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
};

test('the perplexities of the reference texts are those that docs/authorship.md tells', async () => {
	const {human, generated, settings} = await loadReferences();
	const tokens: Ranked[][] = [];
	const rows = [...human, ...generated].map(({text}) => ({text}));
	const service = new EngineService(openServedModel);
	await service.answer('measure', {rows}, new AbortController().signal, event => {
		if ((event as MeasuredEvent).kind === 'measured') tokens.push((event as MeasuredEvent).tokens);
	});
	const length = commonLength(tokens);
	const perplexities = tokens.map(text => perplexityOf(text.slice(0, length)));
	const written = (values: readonly number[]) => String(Math.round(median(values)));
	const ofSetting = settings.map((_, i) =>
		written(generated.flatMap(({settings}, j) => (settings === i ? perplexities[human.length + j] : []))),
	);
	const [pure, topK, topP, cool, narrow] = ofSetting;
	const figures =
		`${pure} (pure sampling), ${topK} (top-k 40), ${topP} (top-p 0.95), ${cool} (temperature 0.7) and ${narrow} ` +
		`(top-p 0.8), and human texts ${written(perplexities.slice(0, human.length))}.`;
	expect(readFileSync('docs/authorship.md', 'utf8').replace(/\s+/g, ' ')).toContain(figures);
}, 1_800_000);
