import {useSignal} from '@preact/signals';
import {useRef} from 'preact/hooks';
import {errorText, refusalText} from '../../client/browser/error-text.ts';
import {t} from '../../client/browser/i18n.ts';
import {exportSettings, importSettings} from '../../client/settings/file.ts';
import {DEFAULT_SETTINGS, type Settings} from '../../client/settings/settings.ts';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import {download} from '../../ui/download.ts';
import type {Editor} from './editor.ts';

// Settings are a few kilobytes; anything above this is another file.
const MAX_FILE_BYTES = 256 * 1024;

/**
 * Settings from a file, all or nothing: where one value cannot be used, nothing is changed, and the person is told.
 * @throws Error with a sentence for the person.
 */
export async function readSettingsFile(
	file: Pick<File, 'name' | 'size' | 'text'>,
	now: Settings = DEFAULT_SETTINGS,
): Promise<Settings> {
	if (file.size > MAX_FILE_BYTES) throw new Error(t('options_import_too_large', {name: file.name}));
	let parsed: ReturnType<typeof importSettings>;
	try {
		parsed = importSettings(await file.text(), now);
	} catch (error) {
		throw new Error(t('options_import_not_settings', {name: file.name, error: errorText(error)}), {cause: error});
	}
	if (parsed.problems.length > 0) {
		const reasons = refusalText(parsed.problems.flatMap(({refusals}) => refusals));
		throw new Error(t('options_import_not_settings', {name: file.name, error: reasons}));
	}
	return parsed.settings;
}

/** Export, import and reset. */
export function SettingsFile({editor}: {editor: Editor}) {
	const input = useRef<HTMLInputElement>(null);
	const error = useSignal<string | null>(null);
	const done = useSignal<string | null>(null);

	function replace(settings: Settings, message: string) {
		editor.replace(settings);
		error.value = null;
		done.value = message;
	}

	async function choose(file: File | undefined) {
		if (!file) return;
		try {
			replace(await readSettingsFile(file, editor.good.value), t('options_import_done', {name: file.name}));
		} catch (cause) {
			error.value = (cause as Error).message;
			done.value = null;
		}
	}

	return (
		<section class="group" aria-labelledby="file-title">
			<h2 id="file-title">{t('options_file')}</h2>
			<div class="file-buttons">
				<button
					type="button"
					class="button"
					onClick={() =>
						download('next-token-lens-settings.json', 'application/json', exportSettings(editor.good.value))
					}
				>
					{t('options_export')}
				</button>
				<button type="button" class="button" onClick={() => input.current?.click()}>
					{t('options_import')}
				</button>
				<button type="button" class="button" onClick={() => replace(DEFAULT_SETTINGS, t('options_reset_done'))}>
					{t('options_reset')}
				</button>
			</div>
			<input
				ref={input}
				type="file"
				accept=".json,application/json"
				hidden
				aria-label={t('options_import')}
				onChange={async event => {
					const field = event.currentTarget;
					await choose(field.files?.[0]);
					// So that the same file, mended, can be chosen again.
					field.value = '';
				}}
			/>
			{error.value && <ErrorNote message={error.value} />}
			<p class="quiet small" role="status">
				{done.value}
			</p>
		</section>
	);
}
