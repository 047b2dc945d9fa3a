import {type GgufFiles, readGguf} from '../../engine/open-gguf.ts';

/** Which GGUF file of a repository or a folder is opened. */

/** What comes nearest to the weights that it was made from, in few bytes; the names are llama.cpp's own. */
const PREFERRED = [
	'Q8_0',
	'Q6_K',
	'Q5_K_M',
	'Q5_K_S',
	'Q5_1',
	'Q5_0',
	'Q4_K_M',
	'Q4_K_S',
	'Q4_1',
	'Q4_0',
	'BF16',
	'F16',
	'F32',
	'Q3_K',
	'Q2_K',
];

/** A file in several parts, of which none is a whole GGUF; and what belongs to another model. */
const OTHERS = /-\d{5}-of-\d{5}\.gguf$|mmproj|imatrix/i;

/** The file that is opened, null where there is none: of several the best of those that are read. */
export function ggufOf(paths: Iterable<string>): string | null {
	const files = [...paths].filter(path => path.endsWith('.gguf') && !OTHERS.test(path)).sort();
	const rank = (path: string) => {
		const place = PREFERRED.findIndex(name => path.toUpperCase().includes(name));
		return place < 0 ? PREFERRED.length : place;
	};
	return files.sort((a, b) => rank(a) - rank(b))[0] ?? null;
}

const encoder = new TextEncoder();

/** What the head of a GGUF file says, as the files of a checkpoint. @throws EngineError `bad-model`. */
export async function filesIn(
	path: string,
	size: number,
	part: (at: number, count: number) => Promise<Uint8Array>,
): Promise<{described: GgufFiles; made: Map<string, Uint8Array>}> {
	const described = await readGguf(part, size, path);
	const {config, tokenizer, tokenizerConfig} = described;
	const files = {'config.json': config, 'tokenizer.json': tokenizer, 'tokenizer_config.json': tokenizerConfig};
	const made = Object.entries(files).map(([name, value]) => [name, encoder.encode(JSON.stringify(value))] as const);
	return {described, made: new Map(made)};
}
