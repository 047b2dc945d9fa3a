import type {ModelFiles} from '../checkpoint/model-files.ts';
import {type OpenOptions, openModel} from '../open-model.ts';
import {Inspector} from './inspector.ts';

/**
 * Open a checkpoint a second time, as a graph that shows its blocks at work. It takes as much memory as the model itself:
 * `dispose()` gives that back when nobody looks any more.
 * @throws EngineError `bad-model`, `out-of-memory`.
 */
export async function openInspector(files: ModelFiles, options: OpenOptions = {}): Promise<Inspector> {
	const {lm} = await openModel(files, {...options, inspect: true});
	return new Inspector(lm.config, lm.session);
}
