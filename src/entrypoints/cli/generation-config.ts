import {readFileSync} from 'node:fs';
import {sentenceOf} from '../../engine/errors/refusal.ts';
import {fromHuggingFace} from '../../engine/parameters/hugging-face.ts';
import {type Generation, HUGGING_FACE_GENERATION} from '../../engine/parameters/registry.ts';
import {UsageError} from './usage-error.ts';

/**
 * The parameters that a `generation_config.json` asks for, with Hugging Face's defaults for the rest.
 * @param file left out for the defaults alone.
 * @throws UsageError naming the file, and every value in it that cannot be used.
 */
export function readGenerationConfig(file: string | undefined): Generation {
	if (file === undefined) return HUGGING_FACE_GENERATION;
	const {generation, refusals, gone} = fromHuggingFace(readObject(file));
	if (refusals.length > 0) throw new UsageError(`--generation-config ${file}: ${sentenceOf(refusals)}`);
	if (gone.length > 0) process.stderr.write(`--generation-config ${file}: ${sentenceOf(gone)}\n`);
	return generation;
}

function readObject(file: string): Record<string, unknown> {
	let value: unknown;
	try {
		// Some editors begin a file with a byte order mark, which is no part of its JSON.
		value = JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
	} catch (error) {
		throw new UsageError(`--generation-config: the file ${file} cannot be read: ${(error as Error).message}`);
	}
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
	throw new UsageError(`--generation-config: the file ${file} must hold a JSON object, such as {"top_k": 20}.`);
}
