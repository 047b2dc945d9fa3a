import {type Refusal, refuse, sentenceOf} from '../../engine/errors/refusal.ts';
import {fromHuggingFace, hasHuggingFaceNames, isHuggingFaceConfig} from '../../engine/parameters/hugging-face.ts';
import {generationOf} from '../../engine/parameters/registry.ts';
import {conflictsOf} from '../../engine/parameters/strategies.ts';
import {isRecord, type ParsedSettings, parseSettings} from './parse.ts';
import {DEFAULT_SETTINGS, type Settings} from './settings.ts';
import {writtenForm} from './written.ts';

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
export const exportSettings = (settings: Settings) => `${JSON.stringify(writtenForm(settings), null, '\t')}\n`;

/**
 * Settings from a file's text: ours, or the `generation_config.json` of a checkpoint, which decides how a class is chosen.
 * Values that cannot be used fall back to their defaults and are reported as problems.
 * @param now the settings that stay where the file says nothing.
 * @throws SettingsFileError when the text is no JSON, or no object with settings.
 */
export function importSettings(text: string, now: Settings = DEFAULT_SETTINGS): ParsedSettings {
	// Some editors begin a file with a byte order mark, which is no part of its JSON.
	const json = text.replace(/^\ufeff/, '');
	let value: unknown;
	try {
		value = JSON.parse(json);
	} catch (cause) {
		throw new SettingsFileError([notJson((cause as Error).message, json)], {cause});
	}
	if (isRecord(value) && !('generation' in value)) {
		if (isHuggingFaceConfig(value)) return fromCheckpoint(value, now);
		if (hasHuggingFaceNames(value)) return fromNames(value, now);
	}
	const parsed = parseSettings(value ?? null);
	const nothing = parsed.problems.find(problem => problem.field === '');
	if (nothing) throw new SettingsFileError([...nothing.refusals, refuse('settings-choose-file')]);
	return parsed;
}

/** A few settings that a person wrote down: what they leave out stays as it is. */
function fromNames(fields: Record<string, unknown>, now: Settings): ParsedSettings {
	const {generation, refusals, gone} = fromHuggingFace(fields, generationOf(now));
	return withRefusals({...now, ...generation}, [...refusals, ...gone]);
}

/** A checkpoint's settings have no length, seed or number of texts of their own. */
function fromCheckpoint(fields: Record<string, unknown>, now: Settings): ParsedSettings {
	const {generation, refusals, gone} = fromHuggingFace(fields);
	const {seed, maxNewTokens} = now;
	const length = 'max_new_tokens' in fields ? {} : {maxNewTokens};
	return withRefusals({...now, ...generation, seed, ...length}, [...refusals, ...gone]);
}

function withRefusals(settings: Settings, refusals: readonly Refusal[]): ParsedSettings {
	const all = [...refusals, ...conflictsOf(settings).map(({refusal}) => refusal)];
	return {settings, problems: all.map(refusal => ({field: 'generation', kind: 'invalid', refusals: [refusal]}))};
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
