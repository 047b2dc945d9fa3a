import {computed, effect, type ReadonlySignal, type Signal, signal} from '@preact/signals';
import * as v from 'valibot';
import type {ModelInfo} from '../protocol/engine.ts';
import {Source} from '../protocol/messages.ts';
import type {SettingsStore} from '../settings/storage.ts';
import type {EngineClient, EngineRequestError} from '../ui/client/engine-client.ts';
import type {MessageKey} from '../ui/i18n.ts';
import {asRequestError, type ClassesStore, createClassesStore} from './state/classes-store.ts';
import {type ContinuationsStore, createContinuationsStore} from './state/continuations-store.ts';
import {createPromptStore, type PromptStore} from './state/prompt-store.ts';
import type {Session, View} from './state/session.ts';
import {createPassagesStore, type PassagesStore} from './views/passage/store.ts';
import {createStrategiesStore, type StrategiesStore} from './views/strategies/store.ts';

/** The views, in the order of their tabs. */
export const TABS = ['classes', 'continuations', 'strategies', 'passage', 'learn'] as const;
export type TabName = (typeof TABS)[number];

/** A text that was opened to be coloured by surprise, in the Passage view. */
export const PassageText = v.object({text: v.string(), source: v.nullable(Source), at: v.number()});
export type PassageText = v.InferOutput<typeof PassageText>;

/** Everything a view of the popup, side panel or tab works with. Lives as long as its page. */
export interface App {
	readonly view: View;
	readonly engine: EngineClient;
	readonly settings: SettingsStore;
	/** A view keeps its own state across closings in a slot of its own: `session.slot('strategies', Schema, initial)`. */
	readonly session: Session;
	readonly prompt: PromptStore;
	readonly classes: ClassesStore;
	readonly continuations: ContinuationsStore;
	readonly strategies: StrategiesStore;
	/** True once it is settled which prompt the page opens on; no view asks the engine before. */
	readonly ready: Signal<boolean>;
	/** The tab that was chosen. */
	readonly tab: Signal<TabName>;
	/** Whether there is room for two columns: the classes then stand beside the other views. */
	readonly wide: ReadonlySignal<boolean>;
	/** The tab on screen: with two columns the classes are always there, and the first of the others shows. */
	readonly shownTab: ReadonlySignal<TabName>;
	/** What the Passage view was opened on; null until there was something. */
	readonly passage: Signal<PassageText | null>;
	readonly passages: PassagesStore;
	readonly model: ReadonlySignal<ModelInfo | null>;
	readonly modelError: ReadonlySignal<EngineRequestError | null>;
	/** Whether the page in front can be read; of a side panel that follows its selection. */
	readonly pageReadable: Signal<boolean>;
	/** Ask the model again who it is. */
	retryModel(): void;
	/** Something the user should know about how the prompt came here. */
	readonly notice: Signal<MessageKey | null>;
	dispose(): void;
}

interface Parts {
	view: View;
	engine: EngineClient;
	settings: SettingsStore;
	session: Session;
	wide?: ReadonlySignal<boolean>;
}

/** Tie the parts of a page together. */
export function createApp({view, engine, settings, session, wide = signal(false)}: Parts): App {
	const ready = signal(false);
	const prompt = createPromptStore(session);
	const tab = session.slot('tab', v.picklist(TABS), 'classes');
	const shownTab = computed(() => (wide.value && tab.value === 'classes' ? 'continuations' : tab.value));
	const shared = {engine, session, prompt, settings: settings.settings, ready};
	const classes = createClassesStore(shared);
	const visible = computed(() => shownTab.value === 'continuations');
	const continuations = createContinuationsStore({...shared, visible});
	const strategies = createStrategiesStore(shared);
	const passages = createPassagesStore(shared);
	const model = signal<ModelInfo | null>(null);
	const modelError = signal<EngineRequestError | null>(null);
	const modelAttempt = signal(0);

	// The model introduces itself as soon as it answers anything, so it is asked again when the classes arrive.
	const askModel = effect(() => {
		void classes.answerFor.value;
		void modelAttempt.value;
		if (!ready.value || model.peek()) return;
		engine.request('model', {}).then(
			info => {
				model.value = info;
				modelError.value = null;
			},
			cause => {
				modelError.value = asRequestError(cause);
			},
		);
	});

	return {
		view,
		engine,
		settings,
		session,
		prompt,
		classes,
		continuations,
		strategies,
		ready,
		tab,
		wide,
		shownTab,
		passage: session.slot('passage-text', v.nullable(PassageText), null),
		passages,
		model,
		modelError,
		pageReadable: signal(true),
		retryModel() {
			modelError.value = null;
			modelAttempt.value++;
		},
		notice: signal<MessageKey | null>(null),
		dispose() {
			askModel();
			passages.dispose();
			strategies.dispose();
			continuations.dispose();
			classes.dispose();
			session.dispose();
			settings.dispose();
			engine.dispose();
		},
	};
}
