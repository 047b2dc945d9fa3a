import {readFileSync} from 'node:fs';
import {openSafetensors} from '../../src/engine/checkpoint/safetensors.ts';
import type {OpenKernelModel} from '../../src/engine/open-model.ts';
import {modelOpener} from '../../src/entrypoints/cli/model.ts';
import {openModelFolder} from '../../src/entrypoints/cli/open-model-folder.ts';
import type {TestOptions} from './open-model.ts';

/** The checkpoint that the extension carries. */
export const BUNDLED_MODEL = new URL('../../models/gpt2-mini/', import.meta.url).pathname;

/** Open the bundled checkpoint in this process; on one thread, since test files run side by side. */
export const openBundledModel = (options?: TestOptions): Promise<OpenKernelModel> =>
	openModelFolder(BUNDLED_MODEL, {threads: 1, ...options});

/** Opens it as the command line does, for an engine service; on one thread too. */
export const openServedModel = modelOpener({model: undefined, assistantModel: undefined, dtype: 'int8', threads: 1});

export const bundledWeights = () => openSafetensors(readFileSync(`${BUNDLED_MODEL}model.safetensors`));
