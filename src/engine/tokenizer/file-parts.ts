import {EngineError} from '../errors/engine-error.ts';
import {type Refusal, refuse} from '../errors/refusal.ts';

/** A part of `tokenizer.json`. */
export type Part = Record<string, unknown>;

export const isObject = (value: unknown): value is Part =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Refuse a tokenizer of another kind. */
export const unsupported = (why: Refusal): never => {
	throw new EngineError('bad-model', [why, refuse('tokenizer-only-bpe')]);
};

/** Refuse a file that is damaged or incomplete. */
export const broken = (why: Refusal): never => {
	throw new EngineError('bad-model', [why, refuse('tokenizer-again')]);
};

export const asJson = (value: unknown): string => `${JSON.stringify(value)}`;

/** What a part is, for a refusal. */
export const kindOf = (value: unknown): string => (isObject(value) ? String(value.type) : asJson(value));

/** The steps of a part that may be a `Sequence` of others; none where there is no part. */
export function stepsOf(part: unknown, list: string): readonly unknown[] {
	if (part === undefined || part === null) return [];
	if (!isObject(part) || part.type !== 'Sequence') return [part];
	const steps = part[list];
	return Array.isArray(steps) ? steps : broken(refuse('tokenizer-no-steps'));
}

/** Whether a part has these fields, with these values. */
export const has = (part: unknown, fields: Part): part is Part =>
	isObject(part) && Object.entries(fields).every(([name, value]) => asJson(part[name]) === asJson(value));
