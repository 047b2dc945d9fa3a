/** Checks that a second build gives the same bytes, so that anybody can verify what a store ships. Run by `npm run build`. */
import {createHash} from 'node:crypto';
import {readdirSync, readFileSync, rmSync} from 'node:fs';
import {join, relative} from 'node:path';
import {build} from 'vite';
import {compileKernels, KERNEL_BUILDS} from './kernels.ts';
import {type Browser, DIST} from './manifests.ts';

const hashes = (folder: string): Map<string, string> =>
	new Map(
		readdirSync(folder, {withFileTypes: true, recursive: true})
			.filter(entry => entry.isFile())
			.map(entry => join(entry.parentPath, entry.name))
			.map(path => [relative(folder, path), createHash('sha256').update(readFileSync(path)).digest('hex')]),
	);

/** The files that only one of two folders has, or that differ between them. */
export function differences(first: string, second: string): string[] {
	const [a, b] = [hashes(first), hashes(second)];
	return [...new Set([...a.keys(), ...b.keys()])].filter(name => a.get(name) !== b.get(name)).sort();
}

/** Builds again, beside what is built, and says what differs, one sentence each. */
export async function problemsOfRebuild(browser: Browser): Promise<string[]> {
	const again = `out/rebuilt-${browser}`;
	await build({mode: browser, logLevel: 'error', build: {outDir: again}});
	const problems = differences(DIST[browser], again).map(
		name => `${DIST[browser]}/${name} is not the same when it is built again.`,
	);
	rmSync(again, {recursive: true});
	// The build takes the kernels from its cache.
	for (const kernels of KERNEL_BUILDS) {
		const path = `${DIST[browser]}/kernels/${kernels}.wasm`;
		if (!readFileSync(path).equals(await compileKernels(kernels)))
			problems.push(`${path} is not the same when it is compiled again.`);
	}

	return problems;
}
