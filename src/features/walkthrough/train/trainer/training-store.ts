import type {Folder} from '../../../../service/library/folder.ts';
import {Turns} from '../../../../service/library/wait.ts';
import {readTraining, type StoredTraining, writeTraining} from './stored-training.ts';

/** Beside the library's files, of which it has no name. */
const FILE = 'training/last.safetensors';

/**
 * The training that was stored last, in the browser's own files. There is one: of two pages that train, the one that stores last
 * is found again.
 */
export class TrainingStore {
	readonly #turns = new Turns();

	constructor(private readonly folder: Folder) {}

	/** null where nothing is stored. @throws where it cannot be read. */
	read(): Promise<StoredTraining | null> {
		return this.#turns.take(async () => {
			const file = await this.folder.read(FILE);
			// A page that ended in its first write leaves an empty one.
			return file && file.length > 0 ? readTraining(file) : null;
		});
	}

	/** Store a training as it is now, in place of the one before, which is there until this one is whole. @throws DOMException. */
	write(training: StoredTraining): Promise<void> {
		const file = writeTraining(training);
		return this.#turns.take(() => this.folder.write(FILE, file));
	}

	forget(): Promise<void> {
		return this.#turns.take(() => this.folder.remove(FILE));
	}
}
