let context: CanvasRenderingContext2D | null | undefined;

/** Width of a text in the figures' monospace font at 13 px. Without a canvas (in tests) every character is as wide. */
export function monoWidth(text: string): number {
	context ??= document.createElement('canvas').getContext?.('2d') ?? null;
	if (!context) return text.length * 7.83;
	context.font = `13px ${getComputedStyle(document.documentElement).getPropertyValue('--mono') || 'monospace'}`;
	return context.measureText(text).width;
}

/** Where boxes of these widths go when they fill rows like words. */
export function flow(widths: readonly number[], room: number, gap: number): {x: number; row: number}[] {
	let x = 0;
	let row = 0;
	return widths.map(width => {
		if (x > 0 && x + width > room) {
			x = 0;
			row++;
		}
		const place = {x, row};
		x += width + gap;
		return place;
	});
}
