import {type Refusal, refuse, sentenceOf} from '../refusals/refusal.ts';
import {type ParsedSettings, parseSettings} from './parse.ts';
import type {Settings} from './settings.ts';

/** Settings as a file that people keep, share and edit. */

/** A file that is no settings at all; the refusals say what to do. */
export class SettingsFileError extends Error {
	override readonly name = 'SettingsFileError';

	constructor(
		readonly refusals: readonly Refusal[],
		options?: ErrorOptions,
	) {
		super(sentenceOf(refusals), options);
	}
}

/** The settings as JSON text, indented, with a last newline. */
export const exportSettings = (settings: Settings) => `${JSON.stringify(settings, null, '\t')}\n`;

/**
 * Settings from a file's text. Values that cannot be used fall back to their defaults and are reported as problems.
 * @throws SettingsFileError when the text is no JSON, or no object with settings.
 */
export function importSettings(text: string): ParsedSettings {
	// Some editors begin a file with a byte order mark, which is no part of its JSON.
	const json = text.replace(/^\ufeff/, '');
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch (cause) {
		throw new SettingsFileError([notJson((cause as Error).message, json)], {cause});
	}
	const parsed = parseSettings(value ?? null);
	const nothing = parsed.problems.find(problem => problem.field === '');
	if (nothing) throw new SettingsFileError([...nothing.refusals, refuse('settings-choose-file')]);
	return parsed;
}

/** The parser's message is English and differs from browser to browser; only the place that it names is used. */
function notJson(message: string, text: string): Refusal {
	const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? [];
	if (line) return refuse('settings-not-json-at', {line: Number(line), column: Number(column)});
	const [, position] = /position (\d+)/.exec(message) ?? [];
	if (!position) return refuse('settings-not-json');
	const before = text.slice(0, Number(position)).split('\n');
	return refuse('settings-not-json-at', {line: before.length, column: before.at(-1)!.length + 1});
}
