import {batch, type ReadonlySignal, signal} from '@preact/signals';
import type {EngineRequestError} from '../../client/engine-client.ts';
import {createQuery, type Engine} from '../../client/query.ts';
import type {ScoreAnswer, ScoredToken} from '../../protocol/questions/score.ts';
import type {ModelRef, Progress} from '../../protocol/values/prompt.ts';
import type {Session} from '../prompt/session.ts';

/** A passage with the scores of its tokens so far. */
export interface Scored {
	text: string;
	/** Which model was asked. */
	model: ModelRef;
	/** Whether it was read without what the tokenizer puts before a text. */
	isBare?: boolean;
	tokens: ScoredToken[];
	vocabSize: number;
	totals: ScoreAnswer | null;
	/** `dropped` by an earlier page: its tokens were too many to keep, and only its totals were kept. */
	status: 'running' | 'done' | 'stopped' | 'failed' | 'dropped';
}

/** The scores of one passage by one model. Another text or model to compare with has its own. */
export interface Scoring {
	readonly scored: ReadonlySignal<Scored | null>;
	readonly progress: ReadonlySignal<Progress | null>;
	readonly error: ReadonlySignal<EngineRequestError | null>;
	/**
	 * Score this text by this model, unless it has been or is being scored.
	 * @param isBare without what the tokenizer puts before a text.
	 */
	ask(text: string, model: ModelRef, isBare?: boolean): void;
	again(): void;
	stop(): void;
	dispose(): void;
}

/** The tokens of longer results are not saved: the session's storage is small. */
const MAX_SAVED_TOKENS = 4000;

/** Whether the scores of a passage are gone once its page closes. */
export const isTooLongToKeep = ({tokens}: Scored) => tokens.length > MAX_SAVED_TOKENS;

interface Parts {
	engine: Engine;
	session: Session;
	/** Name of the session's slot that saves the result. */
	slot: string;
}

export function createScoring({engine, session, slot}: Parts): Scoring {
	const saved = session.slot<Scored | null>(slot, null);
	const scored = signal(saved.value);
	const query = createQuery(engine, 'score');

	function start(text: string, model: ModelRef, isBare: boolean) {
		const tokens: ScoredToken[] = [];
		let vocabSize = 0;
		const publish = (status: Scored['status'], totals: ScoreAnswer | null = null) => {
			scored.value = {text, model, isBare, tokens: [...tokens], vocabSize, totals, status};
		};
		batch(() => {
			publish('running');
			void query.ask(
				{text, model, ...(isBare && {addSpecialTokens: false})},
				{
					onEvent(event) {
						tokens.push(...event.tokens);
						vocabSize = event.vocabSize;
						publish('running');
					},
					onAnswer(totals) {
						publish('done', totals);
						const done = scored.peek()!;
						saved.value = isTooLongToKeep(done) ? {...done, tokens: [], status: 'dropped'} : done;
					},
					onError: () => publish('failed'),
				},
			);
		});
	}

	return {
		scored,
		progress: query.progress,
		error: query.error,
		ask(text, model, isBare = false) {
			const last = scored.peek();
			const isSame = last?.text === text && last.model === model && (last.isBare ?? false) === isBare;
			if (!isSame) start(text, model, isBare);
		},
		again() {
			const last = scored.peek();
			if (last) start(last.text, last.model, last.isBare ?? false);
		},
		stop() {
			batch(() => {
				query.cancel();
				const last = scored.peek();
				if (last?.status === 'running') scored.value = {...last, status: 'stopped'};
			});
		},
		dispose: query.cancel,
	};
}
