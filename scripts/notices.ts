/** Writes docs/THIRD-PARTY-NOTICES.md from the packages that ship in the extension: `npm run notices`, after a dependency changed. */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {LINKED, type Linked} from './linked.ts';

type Package = {
	name: string;
	version: string;
	license: string;
	author?: string | {name: string};
	dependencies?: Record<string, string>;
};

/** Packages that carry no licence file: the text they name, with the copyright that their source states. */
const WITHOUT_FILE: Readonly<Record<string, {copyright: string; text: string}>> = {
	'guid-typescript': {copyright: 'Copyright (c) 2018 NicolasDeveloper', text: 'ISC'},
	'onnxruntime-common': {copyright: 'MIT License\n\nCopyright (c) Microsoft Corporation', text: 'MIT'},
	'onnxruntime-web': {copyright: 'MIT License\n\nCopyright (c) Microsoft Corporation', text: 'MIT'},
};

/** What transformers.js uses in Node alone: the bundle has none of it. */
const NODE_ONLY = new Set(['onnxruntime-node', 'sharp']);

const read = (name: string): Package => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));

/** The runtime dependencies and theirs, by name. */
const shipped = (): Package[] => {
	const found = new Map<string, Package>();
	const visit = (name: string): void => {
		if (found.has(name) || name.startsWith('@types/') || NODE_ONLY.has(name)) return;
		const package_ = read(name);
		found.set(name, package_);
		for (const dependency of Object.keys(package_.dependencies ?? {})) visit(dependency);
	};
	for (const dependency of Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).dependencies))
		visit(dependency);
	return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
};

const text = (file: string) => readFileSync(`docs/licences/${file}.txt`, 'utf8').trim();
const quoted = (...parts: string[]) => `\`\`\`\n${parts.join('\n\n')}\n\`\`\``;

/** @throws Error for a package whose licence text is not at hand: it must not ship without one. */
const licenceOf = (name: string): string => {
	const file = readdirSync(`node_modules/${name}`).find(file => /^licen[cs]e(\.(md|txt))?$/i.test(file));
	if (file) return quoted(readFileSync(`node_modules/${name}/${file}`, 'utf8').trim());
	const written = WITHOUT_FILE[name];
	if (!written) throw new Error(`${name} carries no licence file. Add its text to WITHOUT_FILE in scripts/notices.ts.`);
	return quoted(written.copyright, text(written.text));
};

const authorOf = ({author}: Package) =>
	(typeof author === 'string' ? author : author?.name)?.replace(/ *<.*>| *\(.*\)/g, '');

const packageSection = (package_: Package): string => {
	const author = authorOf(package_);
	const head = `## ${package_.name} ${package_.version}\n\nLicence: ${package_.license}${author ? `, by ${author}` : ''}.`;
	return `${head}\n\n${licenceOf(package_.name)}`;
};

// The long texts that several libraries share are printed once, at the end.
const SHARED = ['Apache-2.0', 'MPL-2.0', 'BSL-1.0', 'LLVM-exception'];

const linkedSection = ({name, home, licence, copyright, texts}: Linked): string => {
	const own = texts.filter(file => !SHARED.includes(file)).map(text);
	const shared = texts.filter(file => SHARED.includes(file));
	const where = shared.length > 0 ? ` The text is at the end: ${shared.join(', ')}.` : '';
	return `### ${name}\n\n<${home}>, licence: ${licence}.${where}\n\n${quoted(copyright, ...own)}`;
};

/** The whole file. */
export const notices = (): string => `# Third-party notices

The built extension contains the packages below, the libraries that are linked into ONNX Runtime's WebAssembly build, and
GPT-2's byte-level BPE vocabulary, each under its own licence. The weights in \`models/gpt2-mini\` were trained for this
project; its model card names what they were trained on.

${shipped().map(packageSection).join('\n\n')}

## Linked into ONNX Runtime's WebAssembly build

\`ort/ort-wasm-simd-threaded.wasm\` of the package onnxruntime-web contains code of these libraries.

${LINKED.map(linkedSection).join('\n\n')}

## GPT-2's vocabulary

\`models/gpt2-mini/tokenizer.json\` holds the byte-level BPE vocabulary that OpenAI published with GPT-2.

${quoted(text('GPT-2'))}

${SHARED.map(file => `## Text of ${file}\n\n${quoted(text(file))}`).join('\n\n')}
`;

if (import.meta.url === `file://${process.argv[1]}`) writeFileSync('docs/THIRD-PARTY-NOTICES.md', notices());
