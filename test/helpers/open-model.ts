import {checkWeights} from '../../src/engine/checkpoint/load-weights.ts';
import type {ModelFiles} from '../../src/engine/checkpoint/model-files.ts';
import {weightsOf} from '../../src/engine/checkpoint/weights-file.ts';
import {KernelModel} from '../../src/engine/model/kernel-model.ts';
import {
	declareModel,
	type OpenKernelModel,
	type OpenOptions,
	openModel as openOn,
} from '../../src/engine/open-model.ts';
import {kernelHost} from '../../src/entrypoints/cli/kernel-host.ts';

export type TestOptions = Omit<OpenOptions, 'host'> & {threads?: number};

/** Open a checkpoint in this process; on one thread, since test files run side by side. */
export const openModel = (files: ModelFiles, {threads = 1, ...options}: TestOptions = {}): Promise<OpenKernelModel> =>
	openOn(files, {...options, host: kernelHost(threads)});

/** A checkpoint in float32 that has no tokenizer: goldens are recorded from token ids. @param files its safetensors files. */
export async function openWithoutTokens(config: unknown, ...files: Uint8Array[]): Promise<KernelModel> {
	const declaration = declareModel(config);
	const weights = await checkWeights(files.map(weightsOf), declaration, 'fp32');
	const lm = await KernelModel.open(declaration, weights.layout, kernelHost(1));
	await weights.load(lm.machine.weightBytes(), () => {});
	return lm;
}
