import {expect, test} from 'vitest';
import {useContentPage} from '../../../../helpers/content-page.ts';

type Harness = typeof import('../../../../helpers/content-harness.ts');

const page = useContentPage();

const BANDS = ['r1', 'r2', 'r3', 'r4'];
const BITS = ['b0', 'b4', 'b8', 'b12'];

test.each([
	['the bands of rank', BANDS],
	['every fourth bit of surprisal', BITS],
])(
	'with the reader’s own colours, %s still look different from each other and from the current token',
	async (_, colours) => {
		await page().emulateMedia({forcedColors: 'active'});
		const names = [...colours.map(colour => `${colour}-light`), 'current'];
		await page().setContent(names.map(name => `<p id="${name}" style="width: 80px">text</p>`).join(''));
		await page().evaluate(names => {
			const {highlightRules} = (globalThis as unknown as {content: Harness}).content;
			const sheet = new CSSStyleSheet();
			sheet.replaceSync(highlightRules('lens-'));
			document.adoptedStyleSheets = [sheet];
			for (const name of names) {
				const range = new Range();
				range.selectNodeContents(document.getElementById(name)!);
				CSS.highlights.set(`lens-${name}`, new Highlight(range));
			}
		}, names);
		const looks: string[] = [];
		for (const name of names) looks.push((await page().locator(`[id="${name}"]`).screenshot()).toString('base64'));
		expect(new Set(looks).size).toBe(names.length);
	},
);
