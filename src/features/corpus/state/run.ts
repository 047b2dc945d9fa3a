import {batch, type ReadonlySignal, signal} from '@preact/signals';
import {isCancelled, toRequestError} from '../../../client/engine-client.ts';
import type {Engine} from '../../../client/query.ts';
import type {Item} from '../measure/items.ts';
import type {Provenance} from '../measure/output.ts';
import {type MeasureHow, measureItems} from '../measure/run.ts';
import {type Clock, TimeLeft} from '../measure/time-left.ts';
import {Results} from './results.ts';

/** Why a run has stopped before its end: taken back, another model chosen, or refused by the engine with a sentence. */
export type Stop = {why: 'cancelled'} | {why: 'model'; model: string} | {why: 'error'; message: string};

/** Measuring a table's items: begun, stopped, gone on with. */
export interface Run {
	/** What has been measured; replaced when a run begins. */
	readonly results: ReadonlySignal<Results>;
	/** How many items have been measured, as often as a page can show it. */
	readonly done: ReadonlySignal<number>;
	/** Of how many; 0 before the first run. */
	readonly total: ReadonlySignal<number>;
	readonly running: ReadonlySignal<boolean>;
	readonly stop: ReadonlySignal<Stop | null>;
	/** Seconds that the rest will take; null until that can be told. */
	readonly left: ReadonlySignal<number | null>;
	/** Measure these items. What was measured before is forgotten. Never rejects. */
	start(items: readonly Item[], how: MeasureHow): Promise<void>;
	/** Go on after the last item that was measured, with the model that answers now. */
	resume(): Promise<void>;
	cancel(): void;
	/** Say other things of the same texts, without measuring them again; other texts, or a run that is under way, change nothing. */
	retell(items: readonly Item[]): void;
}

class ModelChanged extends Error {
	constructor(readonly model: string) {
		super(model);
	}
}

/** Milliseconds between two pictures of the progress. */
const SHOWN_EVERY = 100;

/**
 * @param onStored called when a batch has been measured, and at every end.
 * @param version of this program, for the tables.
 */
export function createRun(
	engine: Engine,
	version: string,
	onStored: (results: Results, isEnd: boolean) => void = () => {},
	clock: Clock = () => performance.now(),
): Run {
	const results = signal(new Results());
	const done = signal(0);
	const total = signal(0);
	const running = signal(false);
	const stop = signal<Stop | null>(null);
	const left = signal<number | null>(null);
	let items: readonly Item[] = [];
	let how: MeasureHow = {};
	let current: AbortController | null = null;

	async function measure(): Promise<void> {
		const mine = new AbortController();
		current?.abort();
		current = mine;
		const into = results.peek();
		const time = new TimeLeft(items.slice(into.length), clock);
		const {signal} = mine;
		let shownAt = clock();
		const show = () => {
			if (current !== mine) return;
			shownAt = clock();
			batch(() => {
				done.value = into.length;
				left.value = time.left;
			});
		};
		batch(() => {
			running.value = true;
			stop.value = null;
			show();
		});
		/** The model that this run goes on with. */
		let mineModel: number | null = null;
		let model = 0;
		try {
			await measureItems(
				items.slice(into.length),
				how,
				async (params, onEvent) => {
					const info = await engine.request('model', {}, {signal});
					const {revision, dtype, contextLength} = info;
					model = into.modelOf({model: info.id, revision, dtype, contextLength, version, how});
					mineModel ??= model;
					if (model !== mineModel) throw new ModelChanged(info.id);
					const from = into.length;
					const answer = await engine.request('measure', params, {signal, onEvent});
					// A model may have been changed between the two questions: the answer says which one it was.
					const own: Provenance = {...answer, version, how};
					into.measuredBy(into.modelOf(own), from);
					show();
					onStored(into, false);
					return answer;
				},
				measured => {
					into.add(measured, model);
					time.passed(measured.item);
					if (clock() - shownAt >= SHOWN_EVERY) show();
				},
			);
			finish(null);
		} catch (error) {
			if (error instanceof ModelChanged) finish({why: 'model', model: error.model});
			else if (isCancelled(error)) finish({why: 'cancelled'});
			else finish({why: 'error', message: toRequestError(error).message});
		}

		function finish(why: Stop | null) {
			if (current !== mine) return;
			current = null;
			batch(() => {
				done.value = into.length;
				left.value = null;
				running.value = false;
				stop.value = why;
			});
			onStored(into, true);
		}
	}

	return {
		results,
		done,
		total,
		running,
		stop,
		left,
		start(nextItems, nextHow) {
			items = nextItems;
			how = nextHow;
			batch(() => {
				results.value = new Results();
				total.value = items.length;
			});
			return measure();
		},
		resume: measure,
		cancel: () => current?.abort(),
		retell(next) {
			if (current || next === items || next.length !== items.length) return;
			const told = results.peek().ofItems(next);
			if (!told) return;
			items = next;
			results.value = told;
		},
	};
}
