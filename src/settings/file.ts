import {type ParsedSettings, parseSettings} from './parse.ts';
import type {Settings} from './settings.ts';

/** Settings as a file that people keep, share and edit. */

/** A file that is no settings at all; `message` says what to do. */
export class SettingsFileError extends Error {
	override readonly name = 'SettingsFileError';
}

/** The settings as JSON text, indented, with a last newline. */
export const exportSettings = (settings: Settings) => `${JSON.stringify(settings, null, '\t')}\n`;

/**
 * Settings from a file's text. Values that cannot be used fall back to their defaults and are told as problems.
 * @throws SettingsFileError when the text is no JSON, or no object with settings.
 */
export function importSettings(text: string): ParsedSettings {
	let value: unknown;
	try {
		value = JSON.parse(text.replace(/^\ufeff/, ''));
	} catch (cause) {
		const message = `The file is not JSON (${(cause as Error).message}). Choose a file that was exported here.`;
		throw new SettingsFileError(message, {cause});
	}
	const parsed = parseSettings(value ?? null);
	const nothing = parsed.problems.find(problem => problem.field === '');
	if (nothing) throw new SettingsFileError(`${nothing.message} Choose a file that was exported here.`);
	return parsed;
}
