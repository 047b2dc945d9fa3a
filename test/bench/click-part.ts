import {missingForDesktop} from '../helpers/desktop.ts';
import {built} from './built.ts';
import {measureClicks} from './click.ts';
import {clickReport} from './click-report.ts';
import type {Part} from './report.ts';

/** The click to the first class, with the extension as it is built now. */
export const clickPart: Part = {
	title: 'the click',
	async measure({rounds, say}) {
		const missing = await missingForDesktop();
		if (missing.length > 0) {
			const skipped = `No click is measured: a virtual desktop needs ${missing.join(', ')}.`;
			say(skipped);
			return {data: {skipped}, tables: [], aims: []};
		}

		say('Building the extension ...');
		await built('chromium');
		say(`Clicking on a virtual desktop, ${rounds} times each ...`);
		return clickReport(await measureClicks({repetitions: rounds}));
	},
};
