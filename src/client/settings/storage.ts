import {type ReadonlySignal, signal} from '@preact/signals';
import * as v from 'valibot';
import browser, {type Storage} from 'webextension-polyfill';
import {type Refusal, refuse} from '../../engine/errors/refusal.ts';
import {isSameJson} from '../same-json.ts';
import {applyEdits, type Edits, editsBetween} from './edits.ts';
import type {SettingsProblem} from './parse.ts';
import {DEFAULT_SETTINGS, SCALE_KEY, SETTINGS_KEY, Settings} from './settings.ts';
import {
	type Exclusively,
	inTurn,
	itemsOf,
	readStored,
	type SettingsArea,
	TooLargeError,
	updateStored,
} from './stored.ts';

/** Why settings could not be saved; they apply until the page closes. */
interface SaveError {
	/** `size`: more than the browser's sync storage takes; `rate`: too often; `failed`: anything else. */
	code: 'size' | 'rate' | 'failed';
	refusals: readonly Refusal[];
}

/** The settings as every open page sees them; disposed with its page. */
export interface SettingsStore {
	/** Follows what any page saves. Defaults until `ready`. */
	readonly settings: ReadonlySignal<Settings>;
	/** The parts of the stored settings that could not be used. */
	readonly problems: ReadonlySignal<readonly SettingsProblem[]>;
	readonly saveError: ReadonlySignal<SaveError | null>;
	/** Resolves once the stored settings are there; never rejects. */
	readonly ready: Promise<void>;
	/**
	 * Take new settings: they apply here at once, and what differs is written soon (changes that follow quickly are written
	 * together).
	 * @throws v.ValiError when they are no valid settings.
	 */
	save(settings: Settings): void;
	/** Write changes that are not written yet; resolves once they are written or refused. */
	flush(): Promise<void>;
	dispose(): void;
}

// The browser takes 120 writes a minute; a slider being dragged makes more.
const WRITE_INTERVAL = 600;

/** Open the stored settings. */
export function openSettings(
	area: SettingsArea = browser.storage.sync,
	exclusively: Exclusively = inTurn,
): SettingsStore {
	const settings = signal(DEFAULT_SETTINGS);
	const problems = signal<readonly SettingsProblem[]>([]);
	const saveError = signal<SaveError | null>(null);
	/** Edits made here that are not stored yet. */
	let unsaved: Edits | null = null;
	/** The edits that a running write stores. */
	let underWay: Edits | null = null;
	let lastWrite = Number.NEGATIVE_INFINITY;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let writing: Promise<void> = Promise.resolve();
	let reads = 0;
	let disposed = false;

	/** Take the stored settings; edits here are newer and stay. */
	async function read() {
		const mine = ++reads;
		const stored = await readStored(area);
		if (mine !== reads) return;
		problems.value = stored.problems;
		const edits = {...underWay, ...unsaved};
		const next = applyEdits(stored.settings, edits, settings.peek());
		if (!isSameJson(next, settings.peek())) settings.value = next;
	}

	function write() {
		clearTimeout(timer);
		timer = undefined;
		if (!unsaved) return;
		lastWrite = Date.now();
		writing = writing.then(async () => {
			if (!unsaved || disposed) return;
			const edits = unsaved;
			const whole = settings.peek();
			underWay = edits;
			unsaved = null;
			try {
				await updateStored(area, stored => (disposed ? stored : applyEdits(stored, edits, whole)), exclusively);
				saveError.value = null;
				await read().catch(() => {});
			} catch (error) {
				saveError.value = saveErrorOf(error);
				// They are written with the next change.
				unsaved = {...edits, ...(unsaved as Edits | null)};
			} finally {
				underWay = null;
			}
		});
	}

	const onChanged = (changes: Record<string, Storage.StorageChange>) => {
		if (SETTINGS_KEY in changes || SCALE_KEY in changes) void read().catch(() => {});
	};
	area.onChanged.addListener(onChanged);

	const ready = read().catch(error => {
		const refusals = [refuse('settings-unreadable', {detail: messageOf(error)})];
		problems.value = [{field: '', kind: 'invalid', refusals}];
	});

	return {
		settings,
		problems,
		saveError,
		ready,
		save(next) {
			const valid = v.parse(Settings, next);
			unsaved = {...unsaved, ...editsBetween(settings.peek(), valid)};
			settings.value = valid;
			const wait = lastWrite + WRITE_INTERVAL - Date.now();
			if (wait <= 0) write();
			else timer ??= setTimeout(write, wait);
		},
		async flush() {
			write();
			await writing;
		},
		dispose() {
			clearTimeout(timer);
			disposed = true;
			// A page that closes cannot wait for its turn: this must be on its way at once.
			const edits = {...underWay, ...unsaved};
			const items = itemsOf(settings.peek(), Object.keys(edits));
			if (items) void area.set(items).catch(() => {});
			area.onChanged.removeListener(onChanged);
		},
	};
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function saveErrorOf(error: unknown): SaveError {
	const detail = messageOf(error);
	if (error instanceof TooLargeError) return {code: 'size', refusals: [...error.refusals, refuse('shorten-lists')]};
	if (/per_?item/i.test(detail)) return {code: 'size', refusals: [refuse('not-saved-size')]};
	if (/quota|max_write/i.test(detail)) return {code: 'rate', refusals: [refuse('not-saved-rate')]};
	return {code: 'failed', refusals: [refuse('not-saved', {detail})]};
}
