/**
 * Makes the texts that a passage is compared with (`src/app/views/passage/authorship/references.json`): parts of documents that the
 * bundled model was not trained on, and continuations of their beginnings by that model.
 *
 *     npx tsx scripts/references.ts CORPUS     (a folder as training/README.md describes it)
 */
import {spawn} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {modelOpener} from '../src/cli/model.ts';
import {HUGGING_FACE_GENERATION} from '../src/parameters/registry.ts';
import type {GenerateAnswer} from '../src/protocol/engine.ts';
import {EngineService} from '../src/service/service.ts';

const OUT = new URL('../src/app/views/passage/authorship/references.json', import.meta.url);

/** How many texts of each kind of document. */
const SHARES = {literature: 20, textbooks: 16, docs: 4};
/** Characters of a human text, about 250 tokens, and of its beginning, which is continued. */
const LENGTH = 1100;
const BEGINNING = 160;
const NEW_TOKENS = 250;
/** Every setting continues every fifth beginning. */
const SETTINGS = [
	{temperature: 1, topK: 0, topP: 1},
	{temperature: 1, topK: 40, topP: 1},
	{temperature: 1, topK: 0, topP: 0.95},
	{temperature: 0.7, topK: 0, topP: 1},
	{temperature: 1, topK: 0, topP: 0.8},
];

interface Human {
	source: string;
	licence: string;
	text: string;
}

/** As `training/prepare.mjs` holds a document out: FNV-1a of its UTF-16 code units. */
function isHeldOut(text: string): boolean {
	let state = 2_166_136_261;
	for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 16_777_619);
	return (state >>> 0) / 2 ** 32 < 1 / 250;
}

const licences = new Map(
	readFileSync(new URL('../training/MANIFEST.tsv', import.meta.url), 'utf8')
		.trim()
		.split('\n')
		.slice(1)
		.map(line => line.split('\t'))
		.map(([repo, , licence]) => [repo, licence]),
);
/** Free to pass on with nothing but a name. */
const isFree = (licence = '') => /^(?:CC0|Public domain|CC BY 4\.0$)/i.test(licence);

/** Where in a document a text may begin. */
const PLACES = [0.3, 0.65];

/** Whole sentences from a place in a document; null where it has no prose there. */
function passageOf(document: string, place: number): string | null {
	const from = document.indexOf('. ', Math.floor(document.length * place)) + 2;
	const to = document.indexOf('. ', from + LENGTH) + 1;
	const text = document.slice(from, to);
	if (from < 2 || to < 1 || text.length > LENGTH * 1.3) return null;
	const letters = text.match(/[a-z]/g)?.length ?? 0;
	const isProse = letters > 0.7 * text.length && /^[A-Z"“]/.test(text) && text.split('\n\n').length <= 5;
	return isProse && !/[|{}<>\\=_]|https?:/.test(text) ? text : null;
}

async function humans(corpus: string): Promise<Human[]> {
	const found: Human[] = [];
	for (const [family, wanted] of Object.entries(SHARES)) {
		const xz = spawn('xz', ['-dc', `${corpus}/${family}.txt.xz`], {stdio: ['ignore', 'pipe', 'inherit']});
		const among: Human[] = [];
		for await (const line of createInterface({input: xz.stdout})) {
			const [source, document] = JSON.parse(line) as [string, string];
			const licence = licences.get(source);
			if (!isFree(licence) || !isHeldOut(document)) continue;
			for (const place of PLACES) {
				const text = passageOf(document, place);
				if (text) among.push({source, licence: licence!, text});
			}
		}
		// One of each source first, then more of them.
		const seen = new Map<string, number>();
		const turn = among.map(one => {
			const count = seen.get(one.source) ?? 0;
			seen.set(one.source, count + 1);
			return {one, count};
		});
		turn.sort((a, b) => a.count - b.count);
		found.push(...turn.slice(0, wanted).map(({one}) => one));
		console.error(`${family}: ${Math.min(wanted, among.length)} of ${among.length}`);
	}
	return found;
}

const [corpus] = process.argv.slice(2);
if (!corpus) {
	console.error('usage: npx tsx scripts/references.ts CORPUS');
	process.exit(2);
}
const own = await humans(corpus);
const service = new EngineService(
	modelOpener({model: undefined, assistantModel: undefined, dtype: 'int8', threads: undefined}),
);
const generated: {of: number; settings: number; seed: number; text: string}[] = [];
for (const [of, {text}] of own.entries()) {
	const settings = of % SETTINGS.length;
	const seed = of + 1;
	const generation = {
		...HUGGING_FACE_GENERATION,
		...SETTINGS[settings],
		doSample: true,
		seed,
		maxNewTokens: NEW_TOKENS,
		minNewTokens: NEW_TOKENS,
	};
	const prompt = {text: text.slice(0, text.lastIndexOf(' ', BEGINNING)), appended: []};
	const answer = await service.answer('generate', {prompt, generation}, new AbortController().signal, () => {});
	generated.push({of, settings, seed, text: (answer as GenerateAnswer).continuations[0].text});
}
const references = {
	model: 'gpt2-mini',
	beginning: BEGINNING,
	tokens: NEW_TOKENS,
	settings: SETTINGS,
	human: own,
	generated,
};
writeFileSync(OUT, `${JSON.stringify(references, null, '\t')}\n`);
console.error(`${own.length} human, ${generated.length} generated texts.`);
process.exit(0);
