import {readdir, readFile} from 'node:fs/promises';

/** What the real model is asked; all of it is in this repository. */

type Message = {role: 'system' | 'user' | 'assistant'; content: string};

export const PROMPTS = [
	'The capital of France is',
	'Once upon a time, in a village by the sea, there lived',
	'def fibonacci(n):\n    """Return the n-th Fibonacci number."""\n',
	'<|im_start|>user\nWhy is the sky blue?<|im_end|>\n<|im_start|>assistant\n',
	'Water boils at a temperature of',
	'1, 2, 4, 8, 16,',
];

export const CHATS: readonly Message[][] = [
	[{role: 'user', content: 'What is a neuron?'}],
	[
		{role: 'system', content: 'You answer in one sentence.'},
		{role: 'user', content: 'What is entropy?'},
		{role: 'assistant', content: 'Entropy is the mean surprisal of a distribution, in bits or nats.'},
		{role: 'user', content: 'And of a fair die?  '},
	],
];

const FIXTURES = 'test/fixtures';

/** A text of each kind, some of them longer than what is compared. */
export async function textsByKind(): Promise<Record<string, string>> {
	const read = (path: string) => readFile(path, 'utf8');
	const prose = ['an-odd-character', 'two-basic-rules-of-probability', 'remote-user-experience-research'];
	return {
		prose: (await Promise.all(prose.map(name => read(`${FIXTURES}/texts/${name}.txt`)))).join('\n\n'),
		code: await read(`${FIXTURES}/fidelity/source-code.txt`),
		chat: conversation(await read(`${FIXTURES}/texts/two-basic-rules-of-probability.txt`)),
		chinese: await read('docs/store/description.zh_CN.md'),
		numbers: numbers(),
	};
}

/** A text as turns, written as the model's template does. */
function conversation(text: string): string {
	const roles = ['user', 'assistant'];
	const turns = text.split(/\n\s*\n/).map((turn, i) => `<|im_start|>${roles[i % 2]}\n${turn.trim()}<|im_end|>\n`);
	return `<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n${turns.join('')}`;
}

/** A page of numbers in columns: squares, roots and what remains after division. */
const numbers = () =>
	Array.from({length: 60}, (_, i) => `${i}\t${i * i}\t${Math.sqrt(i).toFixed(4)}\t${(i * 7919) % 1009}`).join('\n');

/** How many texts are encoded. */
const STRINGS = 10_000;

/** Lines of this repository's texts and sources, in English, Chinese and code; no line twice. */
export async function manyStrings(): Promise<string[]> {
	const lines = new Set<string>();
	for (const folder of ['docs', 'test/fixtures/texts', 'public/_locales', 'src', 'test/unit']) {
		const names = (await readdir(folder, {recursive: true}))
			.filter(name => /\.(?:md|txt|json|tsx?)$/.test(name))
			.sort();
		for (const name of names) {
			// Of the sources not all, so that every folder has its share.
			const most = folder === 'docs' || folder.endsWith('texts') ? Infinity : folder.startsWith('public') ? 2000 : 12;
			const found = (await readFile(`${folder}/${name}`, 'utf8')).split('\n').filter(line => line.trim() !== '');
			for (const line of found.slice(-most)) lines.add(line);
		}
	}
	return [...lines].slice(0, STRINGS);
}
