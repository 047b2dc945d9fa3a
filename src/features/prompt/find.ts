import {effect} from '@preact/signals';
import {createQuery, type Query} from '../../client/query.ts';
import {generationOf} from '../../engine/parameters/registry.ts';
import type {FindAnswer} from '../../protocol/questions/classes.ts';
import type {ClassRow} from '../../protocol/values/token.ts';
import {requestOf} from '../loop/prompt.ts';
import type {Workspace} from './workspace.ts';

/** Where the class with a given text ranks. */
export interface Find extends Query<'find'> {
	/** Ask for as long as the field is shown: again when text, prompt or settings change. Returns a function that stops it. */
	follow(): () => void;
}

/** Every class that was found, the most probable first; those that are the query, alone or after a space, are always among them. */
export function foundRows({exact, spaced, rows}: FindAnswer): ClassRow[] {
	const found = [...rows, ...(exact ? [exact] : []), ...(spaced ? [spaced] : [])];
	return [...new Map(found.map(row => [row.id, row])).values()].sort((a, b) => a.rank - b.rank);
}

const ROWS = 8;
const PAUSE = 150;

/** Nothing is asked before `follow`. */
export function createFind(app: Workspace, text: {readonly value: string}): Find {
	const query = createQuery(app.engine, 'find');
	const follow = () => {
		const stop = effect(() => {
			const generation = generationOf(app.asked.value);
			void app.prompt.key.value;
			if (!app.ready.value || text.value === '') return query.reset();
			const prompt = requestOf(app.prompt.prompt.peek());
			void query.ask({prompt, generation: {...generation, seed: 0}, query: text.value, limit: ROWS}, {delay: PAUSE});
		});
		return () => {
			stop();
			query.cancel();
		};
	};
	return {...query, follow};
}
