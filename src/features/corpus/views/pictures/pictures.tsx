import {enumeration, t} from '../../../../client/browser/i18n.ts';
import type {Result, Results} from '../../state/results.ts';
import {OneText} from './one-text.tsx';
import {Regions} from './regions.tsx';
import {Totals} from './totals.tsx';
import './pictures.css';

/** What the table says, to be seen. */
export function Pictures({results, all}: {results: Results; all: readonly Result[]}) {
	const note = enumeration(results.models.map(({model}) => model));
	if (!all.some(({refusal}) => refusal === null)) return null;
	return (
		<section aria-labelledby="pictures-title">
			<h2 id="pictures-title">{t('desk_pictures')}</h2>
			<Regions all={all} note={note} />
			<OneText results={results} all={all} note={note} />
			<Totals all={all} note={note} />
		</section>
	);
}
