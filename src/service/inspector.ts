import type {ModelFiles} from '../engine/checkpoint/model-files.ts';
import type {Inspector} from '../engine/inspect/inspector.ts';
import {openInspector} from '../engine/inspect/open-inspector.ts';
import type {OpenOptions} from '../engine/open-model.ts';

/** Lends the model whose blocks can be looked at. */
export type InspectorLoan = <R>(use: (inspector: Inspector) => Promise<R>) => Promise<R>;

/** How long it is kept after its last use: as much memory as the model itself. */
const KEPT_MILLISECONDS = 60_000;

/** An inspector that is opened when first asked for, and closed when nobody has asked for a while. */
export function inspectorLoan(
	readFiles: () => Promise<ModelFiles>,
	options: OpenOptions,
	keepFor = KEPT_MILLISECONDS,
): InspectorLoan {
	let opened: Promise<Inspector> | null = null;
	let users = 0;
	let timer: ReturnType<typeof setTimeout> | undefined;

	function giveBack() {
		const mine = opened;
		opened = null;
		void mine?.then(inspector => inspector.dispose());
	}

	return async use => {
		clearTimeout(timer);
		users++;
		try {
			opened ??= readFiles()
				.then(files => openInspector(files, options))
				.catch(error => {
					opened = null;
					throw error;
				});
			return await use(await opened);
		} finally {
			users--;
			if (users === 0) {
				clearTimeout(timer);
				timer = setTimeout(giveBack, keepFor);
				// In Node, a timer would keep the process alive.
				(timer as {unref?(): void}).unref?.();
			}
		}
	};
}
