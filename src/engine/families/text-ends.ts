import {EngineError} from '../errors/engine-error.ts';
import {type Refusal, refuse} from '../errors/refusal.ts';
import type {ModelConfig} from '../model/causal-lm.ts';

/** The tokens that begin and end a text. */
export type TextEnds = Pick<ModelConfig, 'bosTokenId' | 'eosTokenIds'>;

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (json: unknown) => (json ?? {}) as Fields;

const reject = (why: Refusal): never => {
	throw new EngineError('bad-model', why);
};

/**
 * The tokens that begin and end a text. What `generation_config.json` names wins over `config.json`, as in Hugging Face's
 * `generate`. A model that names no beginning begins with its first end, which separates texts in its training.
 * @param generation contents of `generation_config.json`; null without it.
 * @param whenSilent the end where neither file has the field.
 * @throws EngineError `bad-model` naming the file and the value for an end that is no token's id.
 */
export function readTextEnds(
	config: unknown,
	generation: unknown,
	vocabSize: number,
	whenSilent: number | null = null,
): TextEnds {
	const files = [
		['generation_config.json', fieldsOf(generation)],
		['config.json', fieldsOf(config)],
	] as const;
	const [file, fields] = files.find(([, {eos_token_id: value}]) => value !== undefined && value !== null) ?? files[1];
	const value = fields.eos_token_id === undefined ? whenSilent : fields.eos_token_id;
	const eosTokenIds = value === null ? [] : idsOf(file, value, vocabSize);
	// An unused field may hold anything: it is what `PretrainedConfig` has by default.
	const begins = files.map(([, {bos_token_id: id}]) => id).find(id => isClass(id, vocabSize));
	return {bosTokenId: begins ?? eosTokenIds.at(0) ?? null, eosTokenIds};
}

const isClass = (id: unknown, vocabSize: number): id is number =>
	Number.isSafeInteger(id) && (id as number) >= 0 && (id as number) < vocabSize;

function idsOf(file: string, value: unknown, vocabSize: number): number[] {
	const name = 'eos_token_id';
	const ids: readonly unknown[] = Array.isArray(value) ? value : [value];
	if (ids.length === 0 || !ids.every(id => Number.isSafeInteger(id) && (id as number) >= 0))
		reject(refuse('config-token-id', {file, name, value: `${JSON.stringify(value)}`}));
	const unknown = ids.find(id => !isClass(id, vocabSize));
	if (unknown !== undefined) reject(refuse('config-token', {file, name, id: String(unknown), size: vocabSize}));
	return [...new Set(ids as number[])];
}
