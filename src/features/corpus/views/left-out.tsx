import {refusalText} from '../../../client/browser/error-text.ts';
import {tn} from '../../../client/browser/i18n.ts';
import type {Refusal} from '../../../engine/errors/refusal.ts';

/** Rows of the list of those that are left out; the rest is counted. */
const LISTED = 20;

/** Rows that are left out, and why. @param rows the refusals of each. */
export function LeftOut({rows}: {rows: readonly (readonly Refusal[])[]}) {
	if (rows.length === 0) return null;
	return (
		<div class="left-out" role="status">
			<p>{tn('desk_left_out', rows.length)}</p>
			<ul>
				{rows.slice(0, LISTED).map((refusals, i) => (
					<li key={i}>{refusalText(refusals)}</li>
				))}
			</ul>
			{rows.length > LISTED && <p>{tn('desk_left_out_more', rows.length - LISTED)}</p>}
		</div>
	);
}
