import {decimal} from '../../ui/format.ts';

interface Props {
	label: string;
	value: number;
	min: number;
	max: number;
	step: number;
	/** Decimals of the number beside it. */
	digits: number;
	onChange(value: string): void;
}

/** A number of a figure to turn up and down, with what it is now. */
export const Knob = ({label, value, min, max, step, digits, onChange}: Props) => (
	<label class="knob">
		<span>{label}</span>
		<input
			type="range"
			min={min}
			max={max}
			step={step}
			value={value}
			onInput={event => onChange(event.currentTarget.value)}
		/>
		<output class="numbers">{decimal(value, digits)}</output>
	</label>
);
