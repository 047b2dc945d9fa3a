import {expect, test} from 'vitest';
import {StepwiseLogits} from '../../../src/service/stepwise-logits.ts';
import {syntheticModel} from '../../helpers/synthetic-model.ts';

/** Steps that taking the last classes back, one after the other, costs a model of so many classes. */
async function stepsBack(vocabSize: number, appended: number) {
	const row = new Float32Array(vocabSize);
	const model = syntheticModel({vocabSize, logits: () => row});
	// As the kernels do, it knows a prompt that it has read.
	const prefix = await model.prefill([1]);
	const stepwise = new StepwiseLogits({...model, prefill: async () => prefix});
	const ids = [1, ...Array.from({length: appended}, (_, i) => i % 7)];
	const after = (n: number) =>
		stepwise.logits({ids: ids.slice(0, 1 + n), appended: n}, {signal: new AbortController().signal});
	for (let n = 1; n <= appended; n++) await after(n);
	const steps = () => model.calls.filter(({method}) => method === 'extend').length;
	const costs: number[] = [];
	for (let n = appended - 1; n > 0; n--) {
		const before = steps();
		await after(n);
		costs.push(steps() - before);
	}
	return costs;
}

test('taking classes back costs nothing while their logits fit into what is kept, which is counted in bytes', async () => {
	expect(await stepsBack(1000, 20)).toEqual(Array(19).fill(0));
	// Of half a million classes two rows are 4 MB: the one before the last, and no other.
	expect(await stepsBack(2 ** 19, 4)).toEqual([0, 1, 1]);
});
