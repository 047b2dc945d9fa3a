import {batch, type ReadonlySignal, type Signal, signal} from '@preact/signals';
import * as v from 'valibot';
import {type EventOf, type Progress, ScoreAnswer, ScoredToken, ScoringModel} from '../../../protocol/engine.ts';
import {type EngineClient, type EngineRequestError, isCancelled} from '../../../ui/client/engine-client.ts';
import {asRequestError} from '../../state/classes-store.ts';
import type {Session} from '../../state/session.ts';

/** A passage with what has been scored of it. */
export const Scored = v.object({
	text: v.string(),
	/** Which model was asked. */
	model: ScoringModel,
	tokens: v.array(ScoredToken),
	vocabSize: v.number(),
	totals: v.nullable(ScoreAnswer),
	status: v.picklist(['running', 'done', 'stopped', 'failed']),
});
export type Scored = v.InferOutput<typeof Scored>;

/** The scores of one passage by one model. What is compared with it, another text or another model, has its own. */
export interface PassageStore {
	readonly scored: ReadonlySignal<Scored | null>;
	readonly progress: ReadonlySignal<Progress | null>;
	readonly error: ReadonlySignal<EngineRequestError | null>;
	/** Score this text by this model, unless that is what has been or is being scored. */
	ask(text: string, model: ScoringModel): void;
	again(): void;
	stop(): void;
	dispose(): void;
}

/** Results above this many tokens are computed anew rather than kept: the session's storage is small. */
const MAX_KEPT = 4000;

interface Parts {
	engine: EngineClient;
	session: Session;
	/** Names what is kept for when the popup opens again. */
	slot: string;
}

export function createPassageStore({engine, session, slot}: Parts): PassageStore {
	const kept: Signal<Scored | null> = session.slot(slot, v.nullable(Scored), null);
	const scored = signal(kept.value);
	const progress = signal<Progress | null>(null);
	const error = signal<EngineRequestError | null>(null);
	let abort: AbortController | null = null;

	async function start(text: string, model: ScoringModel) {
		abort?.abort();
		abort = new AbortController();
		const {signal} = abort;
		const tokens: ScoredToken[] = [];
		let vocabSize = 0;
		const publish = (status: Scored['status'], totals: ScoreAnswer | null = null) => {
			scored.value = {text, model, tokens: [...tokens], vocabSize, totals, status};
			progress.value = status === 'running' ? progress.value : null;
		};
		batch(() => {
			progress.value = null;
			error.value = null;
			publish('running');
		});
		const onEvent = (event: EventOf<'score'>) => {
			if (event.kind === 'progress') progress.value = event;
			else {
				tokens.push(...event.tokens);
				vocabSize = event.vocabSize;
				publish('running');
			}
		};
		try {
			const totals = await engine.request('score', {text, model}, {signal, onEvent});
			batch(() => publish('done', totals));
			kept.value = tokens.length <= MAX_KEPT ? scored.value : null;
		} catch (cause) {
			// Another passage took over; it has already said so.
			if (abort?.signal !== signal) return;
			batch(() => {
				if (!isCancelled(cause)) error.value = asRequestError(cause);
				publish(isCancelled(cause) ? 'stopped' : 'failed');
			});
		}
	}

	return {
		scored,
		progress,
		error,
		ask(text, model) {
			const last = scored.peek();
			if (last?.text !== text || last.model !== model) void start(text, model);
		},
		again() {
			const last = scored.peek();
			if (last) void start(last.text, last.model);
		},
		stop: () => abort?.abort(),
		dispose() {
			const last = abort;
			abort = null;
			last?.abort();
		},
	};
}
