import {useMemo} from 'preact/hooks';

interface Props {
	values: readonly number[];
	/** The magnitude of full colour; what exceeds it has the same. */
	full: number;
	/** CSS pixels. */
	x: number;
	y: number;
	width: number;
	height: number;
}

/** Shades of each colour: a vector is a few paths, however many numbers it has. */
const SHADES = 10;

/** A vector as a small strip to be seen, not pointed at: blue above zero, orange below, the stronger the larger. */
export function Cells({values, full, x, y, width, height}: Props) {
	const paths = useMemo(() => {
		const cell = width / values.length;
		const paths = new Map<number, string>();
		for (const [i, value] of values.entries()) {
			const shade = Math.round(Math.max(-1, Math.min(1, value / full)) * SHADES);
			if (shade === 0) continue;
			const path = `M${(i * cell).toFixed(2)} 0h${(cell > 4 ? cell - 0.6 : cell).toFixed(2)}v${height}H${(i * cell).toFixed(2)}z`;
			paths.set(shade, (paths.get(shade) ?? '') + path);
		}
		return [...paths];
	}, [values, full, width, height]);
	return (
		<g transform={`translate(${x}, ${y})`}>
			<rect class="strip-ground" width={width} height={height} />
			{paths.map(([shade, path]) => (
				<path key={shade} class={shade < 0 ? 'down' : 'up'} d={path} fill-opacity={Math.abs(shade) / SHADES} />
			))}
		</g>
	);
}
