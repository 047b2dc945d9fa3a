import {useSignal} from '@preact/signals';
import {useEffect, useMemo} from 'preact/hooks';
import {createQuery, type Engine} from '../../../client/query.ts';
import type {ScoredToken} from '../../../protocol/questions/score.ts';

/** The tokens of one text as several models score them, by the models' ids; the models are asked one after the other. */
export function useScores(engine: Engine, text: string, models: readonly string[]) {
	const query = useMemo(() => createQuery(engine, 'score'), [engine]);
	const scored = useSignal<ReadonlyMap<string, readonly ScoredToken[]>>(new Map());
	const key = models.join(' ');
	useEffect(() => {
		let isWanted = true;
		const ask = async () => {
			scored.value = new Map();
			for (const model of models) {
				const tokens: ScoredToken[] = [];
				await query.ask(
					{text, model},
					{
						onEvent: event => void tokens.push(...event.tokens),
						onAnswer: () => {
							scored.value = new Map([...scored.peek(), [model, tokens]]);
						},
					},
				);
				if (!isWanted || query.error.peek()) return;
			}
		};
		if (text !== '') void ask();
		return () => {
			isWanted = false;
			query.cancel();
		};
	}, [query, text, key]);
	return {
		scored: scored.value,
		running: query.running.value,
		progress: query.progress.value,
		error: query.error.value,
		retry: query.retry,
	};
}
