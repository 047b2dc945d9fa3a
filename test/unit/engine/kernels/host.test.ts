import {expect, test} from 'vitest';
import {threadsFor} from '../../../../src/engine/kernels/host.ts';
import {kernelHost} from '../../../../src/entrypoints/cli/kernel-host.ts';

test('every core computes, up to eight', () => {
	expect([0, 1, 2, 8, 64].map(threadsFor)).toEqual([1, 1, 2, 8, 8]);
});

test('the kernels import nothing but their memory, and only those of threads take one that is shared', async () => {
	for (const build of ['shared', 'single'] as const) {
		const module = await kernelHost().compiled(build);
		expect(WebAssembly.Module.imports(module)).toEqual([{module: 'env', name: 'memory', kind: 'memory'}]);
		const memory = (shared: boolean) => new WebAssembly.Memory({initial: 1, maximum: 65536, shared});
		expect(() => new WebAssembly.Instance(module, {env: {memory: memory(build === 'shared')}})).not.toThrow();
		expect(() => new WebAssembly.Instance(module, {env: {memory: memory(build !== 'shared')}})).toThrow(/shared/);
	}
});
