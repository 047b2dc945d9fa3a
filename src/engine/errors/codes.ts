import {FILES} from './codes/files.ts';
import {LIBRARY} from './codes/library.ts';
import {MODELS} from './codes/models.ts';
import {PARAMETERS} from './codes/parameters.ts';
import {REQUESTS} from './codes/requests.ts';
import {SETTINGS} from './codes/settings.ts';
import {TABLES} from './codes/tables.ts';
import {TEXTS} from './codes/texts.ts';

/**
 * Every refusal by its code, with the names of its values in the message `error_<code>`, which words it, the command line's
 * English too. `@topK` needs no value: it is the name of a setting.
 */
export const REFUSALS = {
	...TEXTS,
	...PARAMETERS,
	...MODELS,
	...FILES,
	...LIBRARY,
	...REQUESTS,
	...SETTINGS,
	...TABLES,
} as const satisfies Record<string, readonly string[]>;
