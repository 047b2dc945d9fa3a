import {effect, type ReadonlySignal, type Signal, signal} from '@preact/signals';
import {type SessionArea, sessionArea} from '../../client/browser/session-area.ts';

/**
 * State that survives the popup's closing, in `storage.session` (in memory, gone with the browser). A slot is a signal that
 * is saved whenever it changes; each slot has its own key, so that one that finds no room takes no other with it.
 */
export interface Session {
	/**
	 * A signal that starts with what an earlier page left in this slot, else with `initial`. Only this extension can
	 * write `storage.session`, so a slot has the type it was saved with; a change of that type raises `FORMAT`.
	 * Asked for again, it is the same signal.
	 */
	slot<T>(name: string, initial: T): Signal<T>;
	/** Whether the last save failed: the state on screen is then lost when the page closes. */
	readonly failed: ReadonlySignal<boolean>;
	/** Whether an earlier page left anything. */
	readonly restored: boolean;
	/** Everything that was in the session's storage when this page opened: what is no slot, under its own key. */
	readonly found: Readonly<Record<string, unknown>>;
	/** Save the changed slots now. */
	flush(): void;
	/** Save, and make another view take this one's state over when it next opens. */
	handOver(to: View): Promise<void>;
	dispose(): void;
}

/** The part of the session's storage used here; tests give their own. */
export type SessionStorage = Pick<SessionArea, 'get' | 'set' | 'remove'>;

/** Popup, side panel and tab each keep their own; one that has nothing yet takes over the newest of the others. */
export const VIEWS = ['popup', 'panel', 'tab'] as const;
export type View = (typeof VIEWS)[number];

/** The shape of all slots together. State saved in another format is dropped. Raise it when a slot's type changes. */
const FORMAT = 5;

const SAVE_INTERVAL = 250;
/** Slow saves are made less often, so that saving takes at most a tenth of the time. */
const SAVE_PATIENCE = 10;
const keyOf = (view: View, slot: string) => `lens.${view}.${slot}`;

/** Read what earlier pages left. Never rejects: without a readable storage it starts empty. */
export async function openSession(view: View, area: SessionStorage = sessionArea()): Promise<Session> {
	const failed = signal(false);
	const stored = await area.get(null).catch(() => ({}) as Record<string, unknown>);
	const from = newest(stored, view);
	const failedToSave = () => {
		failed.value = true;
	};
	// The state taken over belongs to this view from now on, with the slots that are not opened here.
	if (from !== null && from !== view) await area.set(copied(stored, from, view)).catch(failedToSave);
	const slots = new Map<string, Signal<unknown>>();
	const dirty = new Map<string, unknown>();
	const disposals: (() => void)[] = [];
	let timer: ReturnType<typeof setTimeout> | undefined;
	/** Milliseconds the last save took. */
	let took = 0;

	async function save() {
		clearTimeout(timer);
		timer = undefined;
		if (dirty.size === 0) return;
		const entries = [...dirty];
		dirty.clear();
		// One call per slot: a large one that finds no room must not keep the small ones from being saved.
		const saves = [...entries, ['at', {time: Date.now(), format: FORMAT}] as const].map(([slot, value]) =>
			area.set({[keyOf(view, slot)]: value}),
		);
		const started = performance.now();
		const results = await Promise.allSettled(saves);
		took = performance.now() - started;
		// What found no room is tried again with the next save, unless it has changed meanwhile.
		for (const [i, [slot, value]] of entries.entries())
			if (results[i].status === 'rejected' && !dirty.has(slot)) dirty.set(slot, value);
		failed.value = results.some(result => result.status === 'rejected');
	}
	const flush = () => void save();

	return {
		failed,
		restored: from !== null,
		found: stored,
		slot<T>(name: string, initial: T) {
			const open = slots.get(name);
			if (open) return open as Signal<T>;
			const left = from === null ? undefined : stored[keyOf(from, name)];
			const slot = signal(left === undefined ? initial : (left as T));
			slots.set(name, slot as Signal<unknown>);
			let first = true;
			disposals.push(
				effect(() => {
					const value = slot.value;
					if (first) {
						first = false;
						return;
					}
					dirty.set(name, value);
					timer ??= setTimeout(flush, Math.max(SAVE_INTERVAL, SAVE_PATIENCE * took));
				}),
			);
			return slot;
		},
		flush,
		async handOver(to) {
			for (const [name, slot] of slots) dirty.set(name, slot.peek());
			// Both are asked for at once, in this order: the other view may be opening already.
			await Promise.all([save(), area.remove(keyOf(to, 'at'))]);
		},
		dispose() {
			flush();
			for (const dispose of disposals) dispose();
		},
	};
}

/** All that `from` left, under the keys of `to`. */
function copied(stored: Record<string, unknown>, from: View, to: View): Record<string, unknown> {
	const prefix = keyOf(from, '');
	const own = Object.entries(stored).filter(([key]) => key.startsWith(prefix));
	return Object.fromEntries(own.map(([key, value]) => [keyOf(to, key.slice(prefix.length)), value]));
}

/** Which view's state to take over: our own if there is one, else the one saved last. */
function newest(stored: Record<string, unknown>, view: View): View | null {
	const at = (of: View) => {
		const saved = stored[keyOf(of, 'at')] as {time?: number; format?: number} | undefined;
		return saved?.format === FORMAT ? Number(saved.time) : Number.NEGATIVE_INFINITY;
	};
	if (Number.isFinite(at(view))) return view;
	const [best] = [...VIEWS].sort((a, b) => at(b) - at(a));
	return Number.isFinite(at(best)) ? best : null;
}
