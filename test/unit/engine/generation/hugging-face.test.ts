import {readFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {GenerationConfig} from '../../../../src/engine/generation/config.ts';
import {createPipeline} from '../../../../src/engine/generation/pipeline.ts';
import {logSumExp, topClasses} from '../../../../src/engine/math/math.ts';
import type {CausalLM} from '../../../../src/engine/model/causal-lm.ts';
import {openWithoutTokens} from '../../../helpers/open-model.ts';
import {configOf, continued, keptIds} from './helpers.ts';

/**
 * Hugging Face's own answers on a toy checkpoint, see test/goldens/hf/README.md: every decoding case and every chain of
 * processors, with the tolerance of float32 and no other.
 */

type Parameters = Record<string, unknown>;

interface DecodingGoldens {
	prompts: Record<string, number[]>;
	cases: {
		prompt: string;
		generate: Parameters;
		expected: {ids: number[]; score?: number; log_probs?: number[]}[];
	}[];
}

interface ProcessorGoldens {
	rows: {
		prompt: string;
		logits: number[];
		chains: {
			settings: Parameters;
			kept: number;
			kept_ids?: number[];
			removed_ids?: number[];
			top: [id: number, logProb: number][];
		}[];
	}[];
}

/** Where we differ on purpose: the case, as its name below, and why. */
const DELIBERATE: Record<string, string> = {
	'one {"max_new_tokens":16,"bad_words_ids":[[7,206],[206,206]]}':
		'A banned word of all tokens of the text and one more: Hugging Face passes it over, because it is longer than the text so far; we ban it.',
};

const GOLDENS = new URL('../../../goldens/hf/', import.meta.url);
const json = <T>(name: string) => JSON.parse(readFileSync(new URL(name, GOLDENS), 'utf8')) as T;
const decoding = json<DecodingGoldens>('decoding.json');
const processors = json<ProcessorGoldens>('processors.json');

const camelCase = (name: string) => name.replace(/_[a-z]/g, match => match[1].toUpperCase());
/** Our parameters from the keyword arguments of `generate`; an argument left out has Hugging Face's default. */
const parametersOf = (settings: Parameters) =>
	Object.fromEntries(
		Object.entries(settings).map(([name, value]) => [camelCase(name), value]),
	) as Partial<GenerationConfig>;

let toy: CausalLM;
beforeAll(async () => {
	toy = await openWithoutTokens(json('config.json'), readFileSync(new URL('model.safetensors', GOLDENS)));
});
afterAll(() => toy.dispose());

describe(`generate of Hugging Face, ${decoding.cases.length} cases`, () => {
	const nameOf = ({prompt, generate}: DecodingGoldens['cases'][number]) => `${prompt} ${JSON.stringify(generate)}`;

	it.each(decoding.cases.map(one => [nameOf(one), one] as const))('%s', async (name, {prompt, generate, expected}) => {
		const {continuations} = await continued(toy, parametersOf(generate), {}, decoding.prompts[prompt]);
		const ids = continuations.map(one => one.ids);
		if (name in DELIBERATE) {
			expect(ids).not.toEqual(expected.map(one => one.ids));
			return;
		}
		expect(ids).toEqual(expected.map(one => one.ids));
		for (const [i, {score, log_probs}] of expected.entries()) {
			const {beamScore, tokens} = continuations[i];
			// Float32 has 24 bits: of a score of -270 the fifth decimal is noise.
			if (score !== undefined) expect(Math.abs(beamScore! - score)).toBeLessThan(5e-5 + 1e-6 * Math.abs(score));
			for (const [at, logProb] of (log_probs ?? []).entries()) expect(tokens[at].logProb).toBeCloseTo(logProb, 4);
		}
	});

	it('differs only in the listed ways, on purpose', () => {
		const names = new Set(decoding.cases.map(nameOf));
		expect(Object.keys(DELIBERATE).filter(name => !names.has(name))).toEqual([]);
	});
});

describe.each(processors.rows)('chains of processors of Hugging Face after the prompt "$prompt"', row => {
	it.each(row.chains.map(chain => [JSON.stringify(chain.settings), chain] as const))('%s', (_, chain) => {
		const config = configOf({doSample: true, ...parametersOf(chain.settings)});
		const scores = createPipeline(config, toy.config).run(Float32Array.from(row.logits), {
			prompt: decoding.prompts[row.prompt],
			generated: [],
		});
		const all = row.logits.map((_, id) => id);
		const expected = chain.kept_ids ?? all.filter(id => !chain.removed_ids!.includes(id));
		expect(keptIds(scores)).toEqual(expected);
		expect(expected).toHaveLength(chain.kept);
		const total = logSumExp(scores);
		expect(Array.from(topClasses(scores, chain.top.length))).toEqual(chain.top.map(([id]) => id));
		for (const [id, logProb] of chain.top) expect(scores[id] - total).toBeCloseTo(logProb, 4);
	});
});
