import {computed, effect, type ReadonlySignal, type Signal, signal} from '@preact/signals';
import type {MessageKey} from '../../client/browser/i18n.ts';
import type {EngineClient, EngineRequestError} from '../../client/engine-client.ts';
import {createQuery} from '../../client/query.ts';
import type {Settings} from '../../client/settings/settings.ts';
import type {SettingsStore} from '../../client/settings/storage.ts';
import type {Ahead} from '../../protocol/messages/inbox.ts';
import type {ModelInfo} from '../../protocol/questions/model.ts';
import type {ClassRow} from '../../protocol/values/token.ts';
import {createLoop, type Loop} from '../loop/loop.ts';
import {withHand} from './biases.ts';
import {createTurnStore, type TurnStore} from './chat-store.ts';
import {type ClassesStore, createClassesStore} from './classes-store.ts';
import {createPromptStore, type PromptStore} from './prompt-store.ts';
import {createRecentPrompts, type RecentPrompts} from './recent-prompts.ts';
import type {Session, View} from './session.ts';

/** The views, in the order of their tabs. */
export const TABS = ['classes', 'continuations', 'strategies', 'passage'] as const;
export type TabName = (typeof TABS)[number];

/** What every view of the popup, side panel or tab works with. Lives as long as its page. */
export interface Workspace {
	readonly view: View;
	readonly engine: EngineClient;
	readonly settings: SettingsStore;
	/** The settings as the engine is asked: with what was done by hand. */
	readonly asked: ReadonlySignal<Settings>;
	/** A view keeps its state across closings in a slot: `session.slot('strategies', initial)`. */
	readonly session: Session;
	readonly prompt: PromptStore;
	/** Whether the prompt is a user's turn. */
	readonly turn: TurnStore;
	readonly classes: ClassesStore;
	readonly loop: Loop;
	/** Whether the view of the classes compares two prompts or models instead. */
	readonly comparing: Signal<boolean>;
	/** The text of the class that is looked for; empty for the ranked list. */
	readonly query: Signal<string>;
	/** The class under the pointer or the focus, which the place after the prompt shows. */
	readonly pointed: Signal<ClassRow | null>;
	readonly recent: RecentPrompts;
	/** True once the page knows the prompt it opens on; no view asks the engine before. */
	readonly ready: Signal<boolean>;
	/** The tab that was chosen. */
	readonly tab: Signal<TabName>;
	/** Whether there is room for two columns: the classes are then beside the other views. */
	readonly wide: ReadonlySignal<boolean>;
	/** The tab on screen: with two columns the classes are always there, and the first of the others shows. */
	readonly shownTab: ReadonlySignal<TabName>;
	readonly model: ReadonlySignal<ModelInfo | null>;
	readonly modelError: ReadonlySignal<EngineRequestError | null>;
	/** Whether the page in front can be read; of a side panel that follows its selection. */
	readonly pageReadable: Signal<boolean>;
	/** Ask the engine again which model is open. */
	retryModel(): void;
	/** The settings that those of a link replaced, until the person restores or dismisses them. */
	readonly replacedSettings: Signal<Settings | null>;
	/** Whether the texts are shown as a writer reads them: without marks and numbers. */
	readonly plain: Signal<boolean>;
	/** A notice about how the prompt came here. */
	readonly notice: Signal<MessageKey | null>;
	dispose(): void;
}

export interface WorkspaceParts {
	view: View;
	engine: EngineClient;
	settings: SettingsStore;
	session: Session;
	wide?: ReadonlySignal<boolean>;
	/** A question that was asked before the page opened, and its answer. */
	ahead?: Pick<Ahead, 'params' | 'answer'> | null;
}

/** Tie what the views share together. */
export function createWorkspace({
	view,
	engine,
	settings,
	session,
	wide = signal(false),
	ahead,
}: WorkspaceParts): Workspace {
	const ready = signal(false);
	const prompt = createPromptStore(session);
	const tab = session.slot<TabName>('tab', 'classes');
	const shownTab = computed(() => (wide.value && tab.value === 'classes' ? 'continuations' : tab.value));
	const asked = computed(() => withHand(settings.settings.value, prompt.hand.value));
	const shared = {engine, session, prompt, settings: asked, ready};
	const classes = createClassesStore({...shared, ahead});
	const loop = createLoop({...shared, classes});
	const recent = createRecentPrompts(session, prompt);
	const asking = createQuery(engine, 'model');
	const model = computed(() => asking.result.value?.answer ?? null);
	const turn = createTurnStore({engine, prompt, session, model});

	// An engine that answers can name its model, so one that failed to is asked again when classes arrive.
	const askModel = effect(() => {
		void classes.answerFor.value;
		if (ready.value && !asking.result.peek() && !asking.running.peek()) void asking.ask({});
	});

	return {
		view,
		engine,
		settings,
		asked,
		session,
		prompt,
		turn,
		classes,
		loop,
		comparing: session.slot('comparing', false),
		query: session.slot('query', ''),
		pointed: signal<ClassRow | null>(null),
		recent,
		ready,
		tab,
		wide,
		shownTab,
		model,
		modelError: asking.error,
		pageReadable: signal(true),
		retryModel: asking.retry,
		replacedSettings: signal<Settings | null>(null),
		plain: session.slot('plain', false),
		notice: signal<MessageKey | null>(null),
		dispose() {
			askModel();
			asking.cancel();
			turn.dispose();
			recent.dispose();
			loop.dispose();
			classes.dispose();
			session.dispose();
			settings.dispose();
			engine.dispose();
		},
	};
}
