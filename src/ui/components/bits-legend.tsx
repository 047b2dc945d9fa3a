import {t} from '../../client/browser/i18n.ts';
import {BITS_STEPS, bitsColours} from '../tokens/surprisal-scale.ts';

/** The meaning of the colours of the continuous scale of surprisal. */
export function BitsLegend() {
	return (
		<div class="bits-legend" role="img" aria-label={t('passage_bits_scale', {bitsSteps: BITS_STEPS - 1})}>
			<span>{t('passage_bits_low')}</span>
			<span class="bits-cells">
				{Array.from({length: BITS_STEPS}, (_, step) => (
					<i key={step} style={`background: ${bitsColours(step).background}`} />
				))}
			</span>
			<span>{t('passage_bits_high', {bitsSteps: BITS_STEPS - 1})}</span>
		</div>
	);
}
