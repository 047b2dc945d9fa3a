import {useId} from 'preact/hooks';

interface Props<Value extends string> {
	/** Name of the choice, for screen readers. */
	label: string;
	value: Value;
	options: readonly {value: Value; label: string}[];
	onChange(value: Value): void;
}

/** A switch between a few things of which one holds: radio buttons, so arrow keys move between them. */
export function Segmented<Value extends string>({label, value, options, onChange}: Props<Value>) {
	const name = useId();
	return (
		<fieldset class="segmented">
			<legend class="spoken">{label}</legend>
			{options.map(option => (
				<label key={option.value}>
					<input
						type="radio"
						name={name}
						value={option.value}
						checked={option.value === value}
						onChange={() => onChange(option.value)}
					/>
					{option.label}
				</label>
			))}
		</fieldset>
	);
}
