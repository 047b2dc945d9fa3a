import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, test} from 'vitest';
import {TURNS} from '../../../src/protocol/questions.ts';

/** Documents name files and commands; these must be there. */

const DOCUMENTS = [
	'README.md',
	...readdirSync('docs')
		.filter(name => name.endsWith('.md') && !/^(THIRD-PARTY-NOTICES|CHANGELOG)/.test(name))
		.map(name => `docs/${name}`),
];
const FOLDERS = readdirSync('src', {withFileTypes: true}).flatMap(entry => (entry.isDirectory() ? [entry.name] : []));
/** Written by commands, so not in the repository. */
const MADE = /^(out|dist|dist-dev|dist-firefox|node_modules)\b/;

/** What a document names in backquotes that looks like a path of the project, and what it links to. */
function pathsIn(document: string): string[] {
	const text = readFileSync(document, 'utf8').replace(/```(?!mermaid)[\s\S]*?```/g, '');
	const quoted = [...text.matchAll(/`([\w.@/-]+)`/g)].map(([, path]) => path);
	const named = quoted.filter(path => /^(src|test|scripts|docs|locales|models|training)\//.test(path));
	const inSource = quoted.filter(path => FOLDERS.includes(path.split('/')[0]) && /\/.*\.\w+$/.test(path));
	// Pictures are made by a command, after the text that shows them.
	const linked = [...text.matchAll(/(?<!!\[[^\]]*)\]\((?!https?:|#|mailto:)([^)#]+)/g)].map(([, path]) =>
		join(dirname(document), path),
	);
	return [...named, ...inSource.map(path => `src/${path}`), ...linked].filter(path => !MADE.test(path));
}

test.each(DOCUMENTS)('every path that %s names is there', document => {
	expect(pathsIn(document).filter(path => !existsSync(path))).toEqual([]);
});

test('docs/architecture.md says what every folder of src is, and its diagrams name modules that are there', () => {
	const text = readFileSync('docs/architecture.md', 'utf8');
	const table = text.slice(text.indexOf('| Folder'), text.indexOf('##'));
	const described = table.split('\n').flatMap(row => [...(row.split('|')[1]?.matchAll(/`([\w-]+)`/g) ?? [])]);
	expect(described.map(([, folder]) => folder).sort()).toEqual([...FOLDERS].sort());

	const diagrams = [...text.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, diagram]) => diagram);
	expect(diagrams).toHaveLength(3);
	const modules = [...diagrams.join().matchAll(/[\w-]+\/[\w/-]+\.ts\b/g)].map(([path]) => path);
	expect(modules.length).toBeGreaterThan(0);
	expect(modules.filter(path => !['', 'engine/', 'service/'].some(room => existsSync(`src/${room}${path}`)))).toEqual(
		[],
	);
});

test('docs/architecture.md names all bulk work', () => {
	const [, named] = /`bulk` work \(([^)]*)\)/.exec(readFileSync('docs/architecture.md', 'utf8'))!;
	const bulk = Object.entries(TURNS).flatMap(([method, turn]) => (turn === 'bulk' ? [method] : []));
	expect(named.match(/\w+/g)!.sort()).toEqual(bulk.sort());
});

test.each(DOCUMENTS)('every npm script that %s names is there', document => {
	const {scripts} = JSON.parse(readFileSync('package.json', 'utf8'));
	const named = [...readFileSync(document, 'utf8').matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(
		([, name]) => name,
	);
	expect(named.filter(name => !(name in scripts))).toEqual([]);
});

test('the documents that people are sent to are there', () => {
	expect(DOCUMENTS).toEqual(
		expect.arrayContaining(['CONTRIBUTING', 'SECURITY', 'architecture', 'testing'].map(name => `docs/${name}.md`)),
	);
});
