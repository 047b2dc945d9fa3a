import {decimal} from '../../../ui/format.ts';

interface Props {
	label: string;
	/** Where the number is kept as it was typed or turned, in the address. */
	slot: {value: string};
	/** What it is taken for, within its bounds. */
	value: number;
	min: number;
	max: number;
	step: number;
	/** Decimals of the number beside it. */
	digits: number;
}

/** A number of a figure to turn up and down, with what it is now. */
export const Knob = ({label, slot, value, min, max, step, digits}: Props) => (
	<label class="knob">
		<span>{label}</span>
		<input
			type="range"
			min={min}
			max={max}
			step={step}
			value={value}
			onInput={event => {
				slot.value = event.currentTarget.value;
			}}
		/>
		<output class="numbers">{decimal(value, digits)}</output>
	</label>
);
