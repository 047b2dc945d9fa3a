import type {ComponentChildren} from 'preact';

interface Props {
	/** What goes on. */
	label: string;
	/** How much of it is done; undefined while that is not known. */
	done?: number;
	/** Of how much. */
	total?: number;
	/** The same in words, with its numbers. */
	text: string;
	/** What is seen, where it is more than `text`. */
	children?: ComponentChildren;
}

/** How far something is that takes a while: a line that fills behind its words. */
export const ProgressBar = ({label, done, total = 1, text, children = text}: Props) => (
	<div
		class="progress"
		role="progressbar"
		aria-label={label}
		aria-valuemin={0}
		aria-valuemax={total}
		aria-valuenow={done}
		aria-valuetext={text}
	>
		{children}
		<i style={`--done: ${(done ?? 0) / total}`} />
	</div>
);
