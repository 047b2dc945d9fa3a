import type {PlainKey} from '../client/browser/i18n.ts';

/** How many pixels a unit of a figure takes in a picture. */
const SCALE = 2;

/** A figure as a PNG picture. @param svg a whole file. @throws Error when the browser cannot draw it. */
export async function toPng(svg: string): Promise<Blob> {
	const image = new Image();
	image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
	await image.decode();
	const canvas = document.createElement('canvas');
	canvas.width = image.width * SCALE;
	canvas.height = image.height * SCALE;
	canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
	return new Promise((resolve, reject) => {
		canvas.toBlob(
			blob => (blob ? resolve(blob) : reject(new Error('The browser did not draw the picture.'))),
			'image/png',
		);
	});
}

/** Put a figure on the clipboard as a PNG picture. @returns what came of it. */
export async function copyPicture(svg: string): Promise<PlainKey> {
	try {
		// The picture is given before it is drawn: what a person did a moment ago no longer counts as their wish.
		await navigator.clipboard.write([new ClipboardItem({'image/png': toPng(svg)})]);
		return 'export_picture_copied';
	} catch {
		return 'export_failed';
	}
}
