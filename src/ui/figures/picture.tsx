import type {ComponentChildren} from 'preact';

interface Props {
	/** CSS pixels; a figure is drawn at the size it is shown. */
	width: number;
	height: number;
	label: string;
	/** Has parts that answer to pointer and keyboard; otherwise it is one image, and the label tells it. */
	interactive?: boolean;
	children: ComponentChildren;
}

/** The drawing of a figure. */
export const Picture = ({width, height, label, interactive, children}: Props) => (
	<svg class="picture" width={width} height={height} role={interactive ? 'group' : 'img'} aria-label={label}>
		{children}
	</svg>
);
