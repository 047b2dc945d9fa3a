/** The engine on the command line: prints what a command says, and ends with its exit code. */

import {run} from './run.ts';
import {UsageError} from './usage-error.ts';

try {
	const output = await run(process.argv.slice(2));
	process.stdout.write(output === '' ? '' : `${output}\n`, () => process.exit(0));
} catch (error) {
	const isUsage = error instanceof UsageError;
	process.stderr.write(`${(error as Error).message}\n`, () => process.exit(isUsage ? 2 : 1));
}
