interface Props {
	/** The fault and what to do about it, in a sentence. */
	message: string;
	/** The button that does it. */
	action?: {label: string; run(): void};
}

/** An error, in the place of the answer. */
export function ErrorNote({message, action}: Props) {
	return (
		<div class="error-note" role="alert">
			<p>{message}</p>
			{action && (
				<button type="button" class="button" onClick={action.run}>
					{action.label}
				</button>
			)}
		</div>
	);
}
