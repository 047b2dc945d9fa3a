/** Renders the icon's SVG sources to the PNG sizes the manifest names: `npm run icons`, when a drawing changed. */
import {readFile, writeFile} from 'node:fs/promises';
import {launchHeadless} from './chromium.ts';

const SIZES = [
	{size: 16, source: 'icons/icon-16.svg'},
	{size: 32, source: 'icons/icon.svg'},
	{size: 48, source: 'icons/icon.svg'},
	{size: 128, source: 'icons/icon.svg'},
];

const browser = await launchHeadless();
try {
	const page = await browser.newPage();
	for (const {size, source} of SIZES) {
		const svg = await readFile(source, 'utf8');
		await page.setViewportSize({width: size, height: size});
		await page.setContent(
			`<style>body { margin: 0 } svg { display: block; width: ${size}px; height: ${size}px }</style>${svg}`,
		);
		await writeFile(`icons/icon-${size}.png`, await page.screenshot({omitBackground: true}));
	}
} finally {
	await browser.close();
}
