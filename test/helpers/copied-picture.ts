import type {Page} from 'playwright-core';

/** The PNG picture on the clipboard, drawn again: its size in pixels, and how many colours it has. */
export async function copiedPicture(page: Page): Promise<{width: number; height: number; colours: number}> {
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	return page.evaluate(async () => {
		const [item] = await navigator.clipboard.read();
		const bitmap = await createImageBitmap(await item.getType('image/png'));
		const {width, height} = bitmap;
		const canvas = new OffscreenCanvas(width, height);
		const context = canvas.getContext('2d')!;
		context.drawImage(bitmap, 0, 0);
		const {data} = context.getImageData(0, 0, width, height);
		return {width, height, colours: new Set(new Uint32Array(data.buffer)).size};
	});
}
