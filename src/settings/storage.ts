import {type ReadonlySignal, signal} from '@preact/signals';
import * as v from 'valibot';
import {parseSettings, type SettingsProblem} from './parse.ts';
import {DEFAULT_SETTINGS, SETTINGS_KEY, Settings} from './settings.ts';

/** Why settings could not be saved; they hold until the page closes. */
export interface SaveError {
	/** `quota`: too much or too often for the browser's sync storage. */
	code: 'quota' | 'failed';
	message: string;
}

/** The settings as every open page sees them; disposed with its page. */
export interface SettingsStore {
	/** Follows what any page saves. Defaults until `ready`. */
	readonly settings: ReadonlySignal<Settings>;
	/** What in the stored settings could not be used. */
	readonly problems: ReadonlySignal<readonly SettingsProblem[]>;
	readonly saveError: ReadonlySignal<SaveError | null>;
	/** Resolves once the stored settings are there; never rejects. */
	readonly ready: Promise<void>;
	/**
	 * Take new settings: they hold here at once and are written soon (changes that follow quickly are written together).
	 * @throws v.ValiError when they are no valid settings.
	 */
	save(settings: Settings): void;
	/** Write what is not written yet. */
	flush(): Promise<void>;
	dispose(): void;
}

/** The part of `chrome.storage.sync` used here; tests give their own. */
export type SettingsArea = Pick<chrome.storage.StorageArea, 'get' | 'set' | 'onChanged'>;

// The browser takes 120 writes a minute; a slider being dragged makes more.
const WRITE_INTERVAL = 600;

/** Open the stored settings. */
export function openSettings(area: SettingsArea = chrome.storage.sync): SettingsStore {
	const settings = signal(DEFAULT_SETTINGS);
	const problems = signal<readonly SettingsProblem[]>([]);
	const saveError = signal<SaveError | null>(null);
	let unsaved: Settings | null = null;
	let lastWrite = Number.NEGATIVE_INFINITY;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let writing: Promise<void> = Promise.resolve();

	function take(value: unknown) {
		const parsed = parseSettings(value);
		problems.value = parsed.problems;
		if (JSON.stringify(parsed.settings) !== JSON.stringify(settings.peek())) settings.value = parsed.settings;
	}

	function write() {
		clearTimeout(timer);
		timer = undefined;
		if (!unsaved) return;
		const value = unsaved;
		unsaved = null;
		lastWrite = Date.now();
		writing = writing.then(async () => {
			try {
				await area.set({[SETTINGS_KEY]: value});
				saveError.value = null;
				problems.value = [];
			} catch (error) {
				saveError.value = saveErrorOf(error);
			}
		});
	}

	const onChanged = (changes: Record<string, chrome.storage.StorageChange>) => {
		// What is being edited here is newer than what another page wrote.
		if (SETTINGS_KEY in changes && !unsaved) take(changes[SETTINGS_KEY].newValue);
	};
	area.onChanged.addListener(onChanged);

	const ready = area
		.get(SETTINGS_KEY)
		.then(stored => {
			if (!unsaved) take(stored[SETTINGS_KEY]);
		})
		.catch(error => {
			const message = `The stored settings could not be read (${messageOf(error)}). The defaults hold.`;
			problems.value = [{field: '', kind: 'invalid', message}];
		});

	return {
		settings,
		problems,
		saveError,
		ready,
		save(next) {
			unsaved = v.parse(Settings, next);
			settings.value = unsaved;
			const wait = lastWrite + WRITE_INTERVAL - Date.now();
			if (wait <= 0) write();
			else timer ??= setTimeout(write, wait);
		},
		async flush() {
			write();
			await writing;
		},
		dispose() {
			write();
			area.onChanged.removeListener(onChanged);
		},
	};
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function saveErrorOf(error: unknown): SaveError {
	const said = messageOf(error);
	if (!/quota/i.test(said)) {
		return {code: 'failed', message: `The settings could not be saved: ${said} They hold until this page closes.`};
	}
	const advice = /per_item/i.test(said)
		? 'Shorten the lists of stop strings and banned words.'
		: 'Wait a minute and change something again.';
	return {code: 'quota', message: `The browser takes no more settings just now (${said}). ${advice}`};
}
