import {t} from '../../../../client/browser/i18n.ts';
import type {PassageScale} from '../../../../protocol/values/passage-scale.ts';
import {count} from '../../../../ui/format.ts';
import {BAND_LIMITS, BANDS} from '../../../../ui/tokens/rank-bands.ts';
import {BITS_STEPS, TONES, type Tone} from '../../../../ui/tokens/surprisal-scale.ts';
import {type Colour, lineUnder, paintDeclarations} from '../highlights/rules.ts';

interface Props {
	scale: PassageScale;
	/** The kinds of background that are painted on. */
	tones: ReadonlySet<Tone>;
	/** In one line for each background, which is seen and not named. */
	terse: boolean;
}

/** As the text of the page is painted; with forced colours, the line under it. */
const swatch = (colour: Colour, tone: Tone) => ({
	'data-colour': `${colour}-${tone}`,
	style: `${paintDeclarations(colour, tone)} --line: ${lineUnder(colour) ?? '0 none'}`,
});

/** The key to the colours: for each kind of background in use, exactly the colours that are painted there. */
export function PaintLegend({scale, tones, terse}: Props) {
	const used = TONES.filter(tone => tones.has(tone));
	return (
		<>
			{(used.length > 0 ? used : (['light'] as const)).map(tone => {
				const ground = used.length > 1 && t(tone === 'light' ? 'passage_on_light' : 'passage_on_dark');
				const about = t(scale === 'rank' ? 'common_legend' : 'passage_bits_scale', {bitsSteps: BITS_STEPS - 1});
				const label = ground ? t('common_two_sentences', {before: about, next: `(${ground})`}) : about;
				return (
					<div key={tone} class={`paints on-${tone}`}>
						{ground && !terse && <p class="note">{ground}</p>}
						{scale === 'rank' ? <BandPaints tone={tone} label={label} /> : <BitsPaints tone={tone} label={label} />}
					</div>
				);
			})}
		</>
	);
}

interface PaintsProps {
	tone: Tone;
	label: string;
}

const BandPaints = ({tone, label}: PaintsProps) => (
	<ul class="legend" aria-label={label}>
		{BANDS.map(band => (
			<li key={band} {...swatch(`r${band}`, tone)}>
				{band <= BAND_LIMITS.length
					? t('common_legend_top', {bandLimits: count(BAND_LIMITS[band - 1])})
					: t('common_legend_beyond')}
			</li>
		))}
	</ul>
);

const BitsPaints = ({tone, label}: PaintsProps) => (
	<div class="bits-legend" role="img" aria-label={label}>
		<span>{t('passage_bits_low')}</span>
		<span class="bits-cells">
			{Array.from({length: BITS_STEPS}, (_, step) => (
				<i key={step} {...swatch(`b${step}`, tone)} />
			))}
		</span>
		<span>{t('passage_bits_high', {bitsSteps: BITS_STEPS - 1})}</span>
	</div>
);
