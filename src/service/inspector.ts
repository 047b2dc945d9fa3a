import type {ModelFiles} from '../engine/checkpoint/model-files.ts';
import type {Inspector} from '../engine/inspect/inspector.ts';
import {openInspector} from '../engine/inspect/open-inspector.ts';
import type {OpenOptions} from '../engine/open-model.ts';
import {Loan} from './loan.ts';

/** Lends the model whose blocks can be looked at. */
export type InspectorLoan = <R>(use: (inspector: Inspector) => Promise<R>) => Promise<R>;

/** An inspector that is opened when first asked for, and closed when it has not been used for a while. */
export function inspectorLoan(
	readFiles: () => Promise<ModelFiles>,
	options: OpenOptions,
	kept?: number,
): InspectorLoan {
	const loan = new Loan(
		async () => openInspector(await readFiles(), options),
		inspector => inspector.dispose(),
		kept,
	);
	return use => loan.use(use);
}
