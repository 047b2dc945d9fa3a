import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, open, readFile, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {parseArgs} from 'node:util';
import {ChatTemplate} from '../src/engine/tokenizer/chat/chat-template.ts';
import {kernelHost} from '../src/entrypoints/cli/kernel-host.ts';
import {openGgufFile} from '../src/entrypoints/cli/open-model-folder.ts';
import {compareLogits, type Fidelity} from './real/compare.ts';
import {fetchReal, NotRun} from './real/fetch.ts';
import {CHATS, manyStrings, PROMPTS, textsByKind} from './real/texts.ts';

/**
 * The engine on weights that the world trained: SmolLM2-135M-Instruct as GGUF, against PyTorch in float32 on the same weights
 * (test/oracles/real). Written to out/real.json; docs/fidelity.md has the figures. What is downloaded stays in the system's
 * folder for temporary files.
 */

const {values} = parseArgs({options: {folder: {type: 'string', default: `${tmpdir()}/next-token-lens-real`}}});
/** Tokens of a text that are compared. */
const MOST = 2000;

interface Reference {
	torch: string;
	texts: Record<string, {ids: number[]; largest: number[]; median: number[]}>;
	greedy: {prompt: number[]; ids: number[]}[];
	strings: number[][];
	chat: string[];
}

try {
	await main();
} catch (error) {
	if (!(error instanceof NotRun)) throw error;
	console.log(`${error.message}\nnot run`);
}
process.exit(0);

async function main(): Promise<void> {
	const {file, python} = fetchReal(values.folder);
	const texts = await textsByKind();
	const strings = await manyStrings();
	const out = `${values.folder}/reference`;
	await mkdir(out, {recursive: true});
	const asked = JSON.stringify({texts, strings, prompts: PROMPTS, chat: CHATS, most: MOST});
	const same = existsSync(`${out}/asked.json`) && (await readFile(`${out}/asked.json`, 'utf8')) === asked;
	if (!same || !existsSync(`${out}/reference.json`)) {
		await writeFile(`${out}/texts.json`, asked);
		execFileSync(python, ['test/oracles/real/reference.py', file, `${out}/texts.json`, out], {stdio: 'inherit'});
		await writeFile(`${out}/asked.json`, asked);
	}
	const reference: Reference = JSON.parse(await readFile(`${out}/reference.json`, 'utf8'));
	const results: Record<string, unknown> = {};
	for (const dtype of ['int8', 'fp32'] as const) {
		const model = await openGgufFile(file, {host: kernelHost(), dtype});
		const kinds: Record<string, Fidelity> = {};
		for (const [kind, {ids}] of Object.entries(reference.texts)) {
			const handle = await open(`${out}/${kind}.f32`);
			kinds[kind] = await compareLogits(model.lm, ids, handle);
			await handle.close();
			const {kl, first, perplexity, torchPerplexity} = kinds[kind].all;
			console.log(
				`${dtype} on ${kind}, ${ids.length} tokens: KL ${kl.toFixed(6)}, same first ${(100 * first).toFixed(2)} %, ` +
					`perplexity ${perplexity.toFixed(3)} (PyTorch ${torchPerplexity.toFixed(3)})`,
			);
		}
		const greedy = await Promise.all(reference.greedy.map(one => sameGreedy(one)));
		console.log(`${dtype}: greedy tokens as PyTorch’s before the first other one: ${greedy.join(', ')}`);
		results[dtype] = {kinds, greedy};
		if (dtype === 'int8') {
			const wrong = strings.filter((text, i) => String(model.tokenizer.encode(text)) !== String(reference.strings[i]));
			const template = new ChatTemplate(model.tokenizer.chat!);
			const chats = CHATS.filter((messages, i) => template.render(messages) === reference.chat[i]).length;
			console.log(
				`ids of ${strings.length - wrong.length} of ${strings.length} texts; ${chats} of ${CHATS.length} chats`,
			);
			for (const text of wrong.slice(0, 5)) console.log(`  other ids: ${JSON.stringify(text.slice(0, 100))}`);
			results.tokens = {strings: strings.length, wrong: wrong.length, chats: CHATS.length, sameChats: chats};
		}
		await model.lm.dispose();

		/** How many of the ids that follow are the reference's, until the first that is not. */
		async function sameGreedy({prompt, ids}: Reference['greedy'][number]): Promise<number> {
			let prefix = await model.lm.prefill(prompt);
			for (const [i, id] of ids.entries()) {
				const best = prefix.logits.indexOf(prefix.logits.reduce((most, logit) => Math.max(most, logit)));
				if (best !== id) return i;
				prefix = await model.lm.prefill([...prompt, ...ids.slice(0, i + 1)]);
			}
			return ids.length;
		}
	}
	const [{largest, median}] = Object.values(reference.texts);
	console.log('largest and median magnitude of the residual stream behind each block (prose):');
	console.log(largest.map((most, layer) => `  ${layer}: ${most.toFixed(1)} / ${median[layer].toFixed(2)}`).join('\n'));
	await mkdir('out', {recursive: true});
	await writeFile(
		'out/real.json',
		`${JSON.stringify({...results, largest, median, torch: reference.torch}, null, '\t')}\n`,
	);
}
