import {EngineError} from '../errors/engine-error.ts';
import {refuse} from '../errors/refusal.ts';

/**
 * The names in an index of shards, and the shards they are in.
 * @param name the index's own: `model.safetensors.index.json`, or `pytorch_model.bin.index.json`. All shards are of its kind.
 * @throws EngineError `bad-model`.
 */
export function readShardIndex(
	json: unknown,
	name = 'model.safetensors.index.json',
): {tensors: string[]; files: string[]} {
	const map = (json as {weight_map?: unknown} | null)?.weight_map;
	const entries = typeof map === 'object' && map !== null ? Object.entries(map) : [];
	// A shard must be a file of the same folder; the index may name another.
	const form = name.includes('.bin.') ? /^[\w.-]+\.bin$/ : /^[\w.-]+\.safetensors$/;
	const isName = (file: unknown): file is string => typeof file === 'string' && form.test(file);
	if (entries.length === 0 || !entries.every(([, file]) => isName(file)))
		throw new EngineError('bad-model', refuse('no-shards', {file: name}));
	return {
		tensors: entries.map(([name]) => name),
		files: [...new Set(entries.map(([, file]) => file as string))].sort(),
	};
}
