import {EngineError} from '../errors.ts';
import type {GenerationConfig} from './config.ts';

/** Refuse a parameter's value unless it fits. `must` completes "topP must ...". */
export function check(name: keyof GenerationConfig, value: unknown, fits: boolean, must: string): void {
	if (!fits) throw refusal(name, value, must);
}

/** The error that names a parameter, what it must be, and what it is. */
export const refusal = (name: keyof GenerationConfig, value: unknown, must: string) =>
	new EngineError('bad-parameter', `${name} must ${must}, but is ${shown(value)}.`);

const shown = (value: unknown) => (typeof value === 'number' ? String(value) : JSON.stringify(value));
