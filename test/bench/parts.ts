import {clickPart} from './click-part.ts';
import {fidelityPart} from './fidelity-part.ts';
import {modernPart} from './modern-part.ts';
import {packagePart} from './package-part.ts';
import type {Part} from './report.ts';
import {weightsPart} from './weights-part.ts';

/** Everything that the bench measures, in the order in which it is measured. */
export const PARTS: Readonly<Record<string, Part>> = {
	mini: weightsPart('mini'),
	small: weightsPart('small'),
	modern: modernPart,
	fidelity: fidelityPart,
	click: clickPart,
	package: packagePart,
};

/** What `--quick` measures. */
export const QUICK_PARTS = ['mini', 'package'];
