import {useSignal} from '@preact/signals';
import {t} from '../../client/browser/i18n.ts';

interface Props {
	label: string;
	/** The button's name for screen readers, where its label is not enough. */
	name?: string;
	/** What the second click does, and what it costs. */
	sure: string;
	onConfirm(): void;
}

/** A button for what cannot be undone: the first click asks, the second does it. */
export function ConfirmButton({label, name, sure, onConfirm}: Props) {
	const asking = useSignal(false);
	if (asking.value) {
		return (
			<>
				<button type="button" class="button" onClick={onConfirm}>
					{sure}
				</button>
				<button
					type="button"
					class="button"
					onClick={() => {
						asking.value = false;
					}}
				>
					{t('models_cancel')}
				</button>
			</>
		);
	}
	return (
		<button
			type="button"
			class="button"
			aria-label={name}
			onClick={() => {
				asking.value = true;
			}}
		>
			{label}
		</button>
	);
}
