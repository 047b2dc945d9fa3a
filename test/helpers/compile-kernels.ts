import {KERNEL_BUILDS, kernelBytes} from '../../scripts/kernels.ts';

/** Compiles the kernels before the test files, which run side by side, would each compile them. */
export default async () => {
	for (const build of KERNEL_BUILDS) await kernelBytes(build);
};
