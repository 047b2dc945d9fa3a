/** Compiles the kernels of `src/engine/kernels/assembly`, once for every state of their source. */
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import type {KernelBuild} from '../src/engine/kernels/host.ts';

export const KERNEL_BUILDS: readonly KernelBuild[] = ['shared', 'single'];

const ROOT = new URL('../', import.meta.url).pathname;
const SOURCE = 'src/engine/kernels/assembly';
const CACHE = join(ROOT, 'out/kernels');

const FLAGS = [
	...['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--disableWarning', '201'],
	...['--importMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
];
const FLAGS_OF: Record<KernelBuild, readonly string[]> = {
	shared: ['--enable', 'simd,threads', '--sharedMemory'],
	single: ['--enable', 'simd'],
};

const ENTRY = `${SOURCE}/index.ts`;
const flagsOf = (build: KernelBuild, entry: string) => [entry, ...FLAGS, ...FLAGS_OF[build]];

const versionOf = (name: string): string => createRequire(import.meta.url)(`${name}/package.json`).version;

/** Source files and their text, by their paths from the root. */
const sourcesOf = (entry: string): Map<string, string> => {
	const names = readdirSync(join(ROOT, SOURCE)).filter(name => name.endsWith('.ts'));
	const paths = new Set([...names.map(name => `${SOURCE}/${name}`), entry]);
	return new Map([...paths].sort().map(path => [path, readFileSync(join(ROOT, path), 'utf8')]));
};

/**
 * The bytes of the kernels' module, from the cache where this very source has been compiled before.
 * @param entry path, from the root, of the source file whose exports are the module's.
 * @throws Error with the compiler's own words.
 */
export async function kernelBytes(build: KernelBuild, entry = ENTRY): Promise<Uint8Array<ArrayBuffer>> {
	const state = createHash('sha256').update(
		JSON.stringify([versionOf('assemblyscript'), flagsOf(build, entry), ...sourcesOf(entry)]),
	);
	const path = join(CACHE, `${build}-${state.digest('hex').slice(0, 16)}.wasm`);
	if (!existsSync(path)) {
		const bytes = await compileKernels(build, entry);
		mkdirSync(CACHE, {recursive: true});
		// Several processes may compile at once: a file that has its name is whole.
		const own = `${path}.${process.pid}`;
		writeFileSync(own, bytes);
		renameSync(own, path);
	}

	return new Uint8Array(readFileSync(path));
}

/** Put every build where `kernels/` is served from. @param entry as above. */
export async function writeKernels(folder: string, entry?: string): Promise<void> {
	mkdirSync(folder, {recursive: true});
	for (const build of KERNEL_BUILDS) writeFileSync(join(folder, `${build}.wasm`), await kernelBytes(build, entry));
}

/** Compile them now. @throws Error with the compiler's own words. */
export async function compileKernels(build: KernelBuild, entry = ENTRY): Promise<Uint8Array> {
	// The compiler takes a second to load, and is not needed where nothing has changed.
	const {default: asc} = await import('assemblyscript/asc');
	const files = sourcesOf(entry);
	let bytes: Uint8Array | undefined;
	const {error, stderr} = await asc.main([...flagsOf(build, entry), '--outFile', 'kernels.wasm'], {
		readFile: name => files.get(name) ?? null,
		writeFile(_name, contents) {
			bytes = contents as Uint8Array;
		},
		listFiles: () => [],
	});
	if (error || !bytes) throw new Error(`The kernels do not compile.\n${stderr}`, {cause: error});
	return bytes;
}
