import {refuse} from '../../refusals/refusal.ts';
import {EngineError} from '../errors.ts';

/** The names in `model.safetensors.index.json` and the shards they are in. @throws EngineError `bad-model`. */
export function readShardIndex(json: unknown): {tensors: string[]; files: string[]} {
	const map = (json as {weight_map?: unknown} | null)?.weight_map;
	const entries = typeof map === 'object' && map !== null ? Object.entries(map) : [];
	// A shard must be a file of the same folder; the index may name another.
	const isName = (file: unknown): file is string => typeof file === 'string' && /^[\w.-]+\.safetensors$/.test(file);
	if (entries.length === 0 || !entries.every(([, file]) => isName(file)))
		throw new EngineError('bad-model', refuse('no-shards'));
	return {
		tensors: entries.map(([name]) => name),
		files: [...new Set(entries.map(([, file]) => file as string))].sort(),
	};
}
