import {t} from '../../client/browser/i18n.ts';
import {count} from '../format.ts';
import {BAND_LIMITS, BANDS} from '../tokens/rank-bands.ts';

/** The meaning of the colours of surprise. */
export function SurpriseLegend() {
	return (
		<ul class="legend" aria-label={t('common_legend')}>
			{BANDS.map(band => (
				<li key={band} class={`band-${band}`}>
					{band <= BAND_LIMITS.length
						? t('common_legend_top', {bandLimits: count(BAND_LIMITS[band - 1])})
						: t('common_legend_beyond')}
				</li>
			))}
		</ul>
	);
}
