import type {ScaleLinear} from 'd3-scale';
import {number} from '../../../../client/browser/i18n.ts';

interface Props {
	scale: ScaleLinear<number, number>;
	/** CSS pixels: where the ground begins and ends. */
	left: number;
	width: number;
	/** What is measured, with its unit. */
	label: string;
	/** Whether only whole numbers mean anything. */
	whole?: boolean;
}

/** An axis on the left, with lines across the ground. */
export const Axis = ({scale, left, width, label, whole}: Props) => (
	<>
		{ticksOf(scale, whole).map(tick => (
			<g key={tick} transform={`translate(0, ${scale(tick)})`}>
				<line class="axis" x1={left} x2={width} stroke-opacity={tick === 0 ? 1 : 0.35} />
				<text class="quiet-text" x={left - 6} y={4} text-anchor="end">
					{number(tick)}
				</text>
			</g>
		))}
		<text
			class="quiet-text"
			transform={`translate(11, ${(scale.range()[0] + scale.range()[1]) / 2}) rotate(-90)`}
			text-anchor="middle"
		>
			{label}
		</text>
	</>
);

const ticksOf = (scale: Props['scale'], whole = false) =>
	scale.ticks(5).filter(tick => !whole || Number.isInteger(tick));
