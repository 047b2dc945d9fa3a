import {useMemo} from 'preact/hooks';
import type {Desk} from '../state/desk.ts';
import {Pairs} from './pairs.tsx';
import {Pictures} from './pictures/pictures.tsx';
import {RowsTable} from './rows-table.tsx';

/** While a table is measured, pictures are drawn again after each of so many parts. */
const PARTS = 20;

/** All that comes out, as far as it is measured. */
export function Out({desk: {run}, desk}: {desk: Desk}) {
	const results = run.results.value;
	const done = run.done.value;
	const isRunning = run.running.value;
	const part = isRunning ? Math.floor((done * PARTS) / run.total.value) : PARTS;
	const all = useMemo(() => results.all, [results, done]);
	const drawn = useMemo(() => all, [results, part, isRunning]);
	if (done === 0) return null;
	return (
		<>
			<RowsTable desk={desk} results={results} all={all} />
			<Pairs results={results} all={drawn} />
			<Pictures results={results} all={drawn} />
		</>
	);
}
