/** The engine on the command line: prints what a command says, and ends with its exit code. */

import {Interrupted} from './interrupted.ts';
import {run} from './run.ts';
import {UsageError} from './usage-error.ts';

try {
	const output = await run(process.argv.slice(2));
	process.stdout.write(output === '' ? '' : `${output}\n`, () => process.exit(0));
} catch (error) {
	// As a shell counts what Ctrl-C has ended.
	const code = error instanceof Interrupted ? 130 : error instanceof UsageError ? 2 : 1;
	process.stderr.write(`${(error as Error).message}\n`, () => process.exit(code));
}
