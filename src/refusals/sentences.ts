import {FILES} from './sentences/files.ts';
import {LIBRARY} from './sentences/library.ts';
import {MODELS} from './sentences/models.ts';
import {PARAMETERS} from './sentences/parameters.ts';
import {REQUESTS} from './sentences/requests.ts';
import {SETTINGS} from './sentences/settings.ts';
import {TEXTS} from './sentences/texts.ts';

/**
 * Every refusal in English, by its code: the command line and logs say this. A page words the same in its language, by
 * the message `error_<code>` with the values in the order in which they are named here.
 */
export const SENTENCES = {
	...TEXTS,
	...PARAMETERS,
	...MODELS,
	...FILES,
	...LIBRARY,
	...REQUESTS,
	...SETTINGS,
} as const satisfies Record<string, string>;
