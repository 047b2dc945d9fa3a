import {expect, test} from 'vitest';
import {startRuntime} from '../../../../src/engine/model/start-runtime.ts';

test('the runtime starts before there is a model', async () => {
	await expect(startRuntime({threads: 1})).resolves.toBeUndefined();
});
