import {t} from '../../client/browser/i18n.ts';
import type {PassageScale} from '../../protocol/values/passage-scale.ts';
import {BitsLegend} from './bits-legend.tsx';
import {SurpriseLegend} from './legend.tsx';
import {Segmented} from './segmented.tsx';

interface Props {
	scale: PassageScale;
	onChange(scale: PassageScale): void;
}

/** Chooses the scale that colours a passage. */
export const ScaleChoice = ({scale, onChange}: Props) => (
	<Segmented
		label={t('passage_scale')}
		value={scale}
		options={[
			{value: 'rank', label: t('passage_scale_rank')},
			{value: 'surprisal', label: t('passage_scale_bits')},
		]}
		onChange={onChange}
	/>
);

/** The same with the meaning of its colours. */
export const ScaleSwitch = (props: Props) => (
	<>
		<ScaleChoice {...props} />
		{props.scale === 'rank' ? <SurpriseLegend /> : <BitsLegend />}
	</>
);
