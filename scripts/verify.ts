/**
 * `npm run verify -- MODEL`: holds a real GPT-2 small against what the original one said of three texts, recorded in
 * test/reference/gltr. MODEL is a checkpoint folder or a repository of the Hub. Fails where the two disagree.
 */
import {existsSync} from 'node:fs';
import {readdir, readFile} from 'node:fs/promises';
import {parseArgs} from 'node:util';
import {scorePassage} from '../src/engine/scoring/passage.ts';
import {modelOpener} from '../src/entrypoints/cli/model.ts';
import type {ServedModel} from '../src/service/call.ts';
import {compare, type Recording, type Scores} from './verify/recording.ts';

const RECORDINGS = new URL('../test/reference/gltr/', import.meta.url);
/** By how much a probability may differ, and in what share of positions rank and probability must agree. */
const AIMS = {fp32: {probability: 1e-4, share: 0.99}, int8: {probability: 0.02, share: 0.95}};

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {dtype: {type: 'string', default: 'int8'}},
});
const [name] = positionals;
const dtype = values.dtype === 'fp32' ? 'fp32' : 'int8';
if (name === undefined || (/^[./]/.test(name) && !existsSync(name))) {
	console.log(
		name === undefined
			? 'Nothing was checked: no weights of GPT-2 are here. Give a folder with config.json, model.safetensors and tokenizer.json, or a repository: npm run verify -- openai-community/gpt2'
			: `Nothing was checked: there is no folder ${name}.`,
	);
	process.exit(name === undefined ? 0 : 1);
}

const model = await modelOpener({model: name, assistantModel: undefined, dtype, threads: undefined})(() => {}).catch(
	(error: Error) => {
		console.log(`Nothing was checked: ${error.message}`);
		process.exit(1);
	},
);
const {layers, hiddenSize} = model.lm.config;
if (layers !== 12 || hiddenSize !== 768)
	console.log(
		`${model.id} has ${layers} layers of width ${hiddenSize}. The recordings are of GPT-2 small, 12 of 768, and hold for no other model.`,
	);

const aims = AIMS[dtype];
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
let agrees = true;
for (const file of (await readdir(RECORDINGS)).filter(one => one.endsWith('.json')).sort()) {
	const recording = JSON.parse(await readFile(new URL(file, RECORDINGS), 'utf8')) as Recording;
	const one = compare(recording, await say(model, recording.text), model.tokenizer, aims.probability);
	agrees &&= one.tokens === 1 && one.rankWithinOne >= aims.share && one.probability >= aims.share;
	console.log(`${file.replace('.json', '')}, ${one.positions} tokens, ${dtype}:`);
	console.log(`  same tokens           ${percent(one.tokens)}`);
	console.log(`  same rank             ${percent(one.rank)}, within one ${percent(one.rankWithinOne)}`);
	console.log(`  same most probable    ${percent(one.first)}`);
	console.log(`  same probability      ${percent(one.probability)} within ${aims.probability}`);
	console.log(
		`  largest difference    ${one.largestProbabilityDifference.toFixed(5)} of a probability (token ${one.at}), ${one.largestRankDifference} of a rank`,
	);
}

console.log(agrees ? 'They agree.' : 'They do not agree.');
process.exit(agrees ? 0 : 1);

async function say({lm, tokenizer}: ServedModel, text: string): Promise<Scores> {
	const said = {ids: tokenizer.encode(text), rank: [] as number[], logProb: [] as number[], first: [] as number[]};
	await scorePassage(lm, said.ids, {
		onScored({scores}) {
			said.rank.push(...scores.rank);
			said.logProb.push(...scores.logProb);
			for (let i = 0; i < scores.rank.length; i++) said.first.push(scores.topIds[i * scores.k]);
		},
	});
	return said;
}
