import {useMemo} from 'preact/hooks';
import {t, tn} from '../../../client/browser/i18n.ts';
import {download} from '../../../ui/download.ts';
import {count, percent, signed} from '../../../ui/format.ts';
import type {Criterion} from '../measure/items.ts';
import {csvLines, headerBlock, shareTable} from '../measure/output.ts';
import {type PairShare, pairShares} from '../measure/pairs.ts';
import type {Result, Results} from '../state/results.ts';

/** How often the right text of a pair is the more probable one, over all and by condition. */
export function Pairs({results, all}: {results: Results; all: readonly Result[]}) {
	const pairs = useMemo(() => all.flatMap(({pair}) => pair ?? []), [all]);
	const shares = useMemo(() => pairShares(pairs), [pairs]);
	if (pairs.length === 0) return null;
	const isByRegion = all.some(({item, pair}) => pair && item.by === 'region');
	const first = pairs.filter(({moreProbable}) => moreProbable === 'first').length;
	const difference = pairs.reduce((sum, pair) => sum + pair.difference, 0) / pairs.length;
	return (
		<section aria-labelledby="pairs-title">
			<h2 id="pairs-title">{t('desk_pairs')}</h2>
			<p class="numbers">
				{tn(isByRegion ? 'desk_pairs_first_region' : 'desk_pairs_first', pairs.length, {
					first: count(first),
					difference: signed(difference, 2),
				})}
			</p>
			{shares.length === 0 ? (
				<p class="quiet">{t('desk_pairs_unknown')}</p>
			) : (
				<>
					{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
					<section class="table-scroll" tabIndex={0} aria-label={t('desk_pairs_table')}>
						<Shares shares={shares} />
					</section>
					<p class="quiet small">{t(isByRegion ? 'desk_pairs_interval_region' : 'desk_pairs_interval')}</p>
					<button
						type="button"
						class="button"
						onClick={() =>
							download('pairs.csv', 'text/csv', sharesFile(results, shares, isByRegion ? 'region' : 'text'))
						}
					>
						{t('walk_save_csv')}
					</button>
				</>
			)}
		</section>
	);
}

/** The shares as a file, below what they were measured with. */
const sharesFile = ({models}: Results, shares: readonly PairShare[], by: Criterion) =>
	`${headerBlock(models, 'pair')}\r\n${csvLines(shareTable(shares, by))}`;

const Shares = ({shares}: {shares: readonly PairShare[]}) => (
	<table class="numbers">
		<thead>
			<tr>
				<th scope="col">{t('desk_role_condition')}</th>
				<th scope="col">{t('desk_output_pair')}</th>
				<th scope="col">{t('desk_pairs_right')}</th>
				<th scope="col">{t('desk_pairs_share')}</th>
				<th scope="col">{t('desk_pairs_95')}</th>
				<th scope="col">{t('desk_pairs_difference')}</th>
			</tr>
		</thead>
		<tbody>
			{shares.map(({condition, pairs, right, share, low, high, meanDifference}) => (
				<tr key={condition ?? ':all'}>
					<th scope="row">{condition ?? t('desk_pairs_all')}</th>
					<td class="number">{count(pairs)}</td>
					<td class="number">{count(right)}</td>
					<td class="number">{percent(share)}</td>
					<td class="number">{t('common_from_to', {low: percent(low), high: percent(high)})}</td>
					<td class="number">{signed(meanDifference, 2)}</td>
				</tr>
			))}
		</tbody>
	</table>
);
