/** Writes THIRD-PARTY-NOTICES.md from the packages that ship in the extension: `npm run notices`, after a dependency changed. */
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';

type Package = {
	name: string;
	version: string;
	license: string;
	author?: string | {name: string};
	dependencies?: Record<string, string>;
};

const read = (name: string): Package => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));

/** The runtime dependencies and theirs, by name. */
const shipped = (): Package[] => {
	const found = new Map<string, Package>();
	const visit = (name: string): void => {
		if (found.has(name) || name.startsWith('@types/')) return;
		const package_ = read(name);
		found.set(name, package_);
		for (const dependency of Object.keys(package_.dependencies ?? {})) visit(dependency);
	};
	for (const dependency of Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).dependencies))
		visit(dependency);
	return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
};

const licenceText = (name: string): string | undefined => {
	const file = readdirSync(`node_modules/${name}`).find(file => /^licen[cs]e(\.(md|txt))?$/i.test(file));
	return file && existsSync(`node_modules/${name}/${file}`)
		? readFileSync(`node_modules/${name}/${file}`, 'utf8').trim()
		: undefined;
};

const authorOf = ({author}: Package) =>
	(typeof author === 'string' ? author : author?.name)?.replace(/ *<.*>| *\(.*\)/g, '');

const section = (package_: Package): string => {
	const text = licenceText(package_.name);
	const head = `## ${package_.name} ${package_.version}\n\nLicence: ${package_.license}${authorOf(package_) ? `, by ${authorOf(package_)}` : ''}.`;
	if (!text) return `${head} The package carries no licence file of its own.`;
	return `${head}\n\n\`\`\`\n${text}\n\`\`\``;
};

writeFileSync(
	'THIRD-PARTY-NOTICES.md',
	`# Third-party notices

The built extension contains the packages below, each under its own licence, and GPT-2's byte-level BPE vocabulary
(\`models/gpt2-mini/tokenizer.json\`), published by OpenAI with GPT-2 under a modified MIT licence. The weights in
\`models/gpt2-mini\` were trained for this project; its model card names what they were trained on.

${shipped().map(section).join('\n\n')}
`,
);
