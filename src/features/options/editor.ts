import {computed, effect, type ReadonlySignal, signal} from '@preact/signals';
import {isSameJson} from '../../client/same-json.ts';
import {newSettingsDraft, problemsOf, type SettingsDraft, savable} from '../../client/settings/draft.ts';
import type {SettingName, Settings} from '../../client/settings/settings.ts';
import type {SettingsStore} from '../../client/settings/storage.ts';
import type {Refusal} from '../../engine/errors/refusal.ts';

/** The options page's draft of the settings, saved whenever it can be. */
export interface Editor {
	readonly draft: ReadonlySignal<SettingsDraft>;
	readonly problems: ReadonlySignal<ReadonlyMap<SettingName, readonly Refusal[]>>;
	/** The last settings that could be saved; the preview shows these. */
	readonly good: ReadonlySignal<Settings>;
	/** Whether the last change of many values at once can be taken back. */
	readonly canUndo: ReadonlySignal<boolean>;
	/** Take an edited draft; saved at once where its values go together. */
	edit(draft: SettingsDraft): void;
	/** Take other settings as a whole: a preset, a file, the defaults. Can be undone. */
	replace(settings: Settings): void;
	undo(): void;
	/** Write any unsaved change. */
	settle(): void;
	dispose(): void;
}

/** An editor of the store's settings, which must be ready. */
export function createEditor(store: SettingsStore): Editor {
	const draft = signal(newSettingsDraft(store.settings.peek()));
	const good = signal(store.settings.peek());
	const previous = signal<SettingsDraft | null>(null);

	function take(next: SettingsDraft) {
		draft.value = next;
		const settings = savable(next);
		if (!settings || isSameJson(settings, good.peek())) return;
		good.value = settings;
		store.save(settings);
	}

	// Another page changed them: its changes apply here, and values being edited here stay.
	const stop = effect(() => {
		const settings = store.settings.value;
		if (isSameJson(settings, good.peek())) return;
		const [before, after] = [good.peek(), settings];
		good.value = settings;
		const {values, typed, errors} = draft.peek();
		const changed = (Object.keys(after) as SettingName[]).filter(name => !isSameJson(before[name], after[name]));
		const refused = Object.entries(typed).filter(
			([name]) => errors[name as SettingName] !== undefined || !changed.includes(name as SettingName),
		);
		draft.value = {
			values: {...values, ...Object.fromEntries(changed.map(name => [name, after[name]]))},
			typed: Object.fromEntries(refused),
			errors,
		};
		previous.value = null;
	});

	return {
		draft,
		problems: computed(() => problemsOf(draft.value)),
		good,
		canUndo: computed(() => previous.value !== null),
		edit(next) {
			previous.value = null;
			take(next);
		},
		replace(settings) {
			const before = draft.peek();
			take(newSettingsDraft(settings));
			previous.value = before;
		},
		undo() {
			if (previous.value) take(previous.value);
			previous.value = null;
		},
		settle: () => void store.flush(),
		dispose: stop,
	};
}
