let context: CanvasRenderingContext2D | null | undefined;

/** Width of a text in the figures' monospace font at 13 px. Without a canvas (in tests) every character is as wide. */
export function monoWidth(text: string): number {
	context ??= document.createElement('canvas').getContext?.('2d') ?? null;
	if (!context) return text.length * 7.83;
	context.font = `13px ${getComputedStyle(document.documentElement).getPropertyValue('--mono') || 'monospace'}`;
	return context.measureText(text).width;
}

/** As much of a text as fits a width in CSS pixels, in whole characters, with an ellipsis where it is cut. */
export function fitting(text: string, width: number): string {
	if (monoWidth(text) <= width) return text;
	const characters = [...text];
	// Most characters are as wide as most others, so this is near, and then it is made to fit.
	let length = Math.min(characters.length - 1, Math.floor((characters.length * width) / monoWidth(text)) + 1);
	const cut = () => `${characters.slice(0, length).join('')}…`;
	while (length > 1 && monoWidth(cut()) > width) length--;
	return cut();
}

/** At most so many characters of a text, with an ellipsis where it is cut. */
export function shortened(text: string, most: number): string {
	const characters = [...text];
	return characters.length > most ? `${characters.slice(0, most).join('')}…` : text;
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
