import {t} from '../../../client/browser/i18n.ts';
import {fullColour} from './full-colour.ts';
import {Strip, stripHeight} from './strip.tsx';

interface Props {
	/** Vectors of the same length, each with what it is. */
	strips: readonly {values: readonly number[]; label: string}[];
	width: number;
	/** The dimension that is looked at, in all of them. */
	at: number;
	onLook(dimension: number): void;
	/** What there is to say of one of them where it is looked at. */
	spoken(values: readonly number[]): string;
}

const LABEL = 18;
const GAP = 14;
const room = (length: number, width: number) => LABEL + stripHeight(length, width) + GAP;

/** How to read the colours of a vector. */
export const StripLegend = () => <p class="readout">{t('walk_strip_legend')}</p>;

/** Height of so many vectors of this length. */
export const stripsHeight = (strips: number, length: number, width: number) => strips * room(length, width);

/** Vectors below one another, dimension by dimension. */
export const Strips = ({strips, width, at, onLook, spoken}: Props) =>
	strips.map(({values, label}, i) => {
		const y = i * room(values.length, width);
		return (
			<g key={i}>
				<text class="quiet-text" x={0} y={y + 12}>
					{label}
				</text>
				<Strip
					values={values}
					full={fullColour(values)}
					y={y + LABEL}
					width={width}
					at={at}
					onLook={onLook}
					label={label}
					spoken={spoken(values)}
				/>
			</g>
		);
	});
