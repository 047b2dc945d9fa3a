import {describe, expect, it} from 'vitest';
import type {Candidate} from '../../../../src/protocol/questions/generate.ts';
import {moveFrom, nodesOf, stepsOf, tokensTo} from '../../../../src/ui/trace/steps.ts';
import {token} from '../../features/strategies/fixtures.ts';

const candidate = (id: number, parent: number, score: number, status: Candidate['status']): Candidate => ({
	id,
	text: ` t${id}`,
	parent,
	logProb: -1,
	score,
	status,
	why: {by: 'sum'},
});

// Two beams: 1 and 2 are kept; both go on from 2 (as 5 and 6); 5 goes on alone, as 7 and, to its end, 8.
const steps = [
	[candidate(1, 0, -1, 'kept'), candidate(2, 0, -1.1, 'kept'), candidate(3, 0, -2, 'pruned')],
	[candidate(5, 1, -1.5, 'kept'), candidate(4, 0, -3, 'pruned'), candidate(6, 1, -3.1, 'kept')],
	[candidate(7, 0, -2, 'kept'), candidate(9, 2, -4, 'pruned'), candidate(8, 0, -2.5, 'finished')],
];
const onPath = (ids: readonly number[]) =>
	nodesOf(steps, ids)
		.flat()
		.flatMap(node => (node.onPath ? [node.id] : []));

describe('the candidates of all steps', () => {
	const nodes = nodesOf(steps, [2, 5, 8]);

	it('are each joined to the one that they continue', () => {
		expect(nodes.map(step => step.map(({from}) => from?.id ?? null))).toEqual([
			[null, null, null],
			[2, 1, 2],
			[5, 6, 5],
		]);
		const idsTo = (...given: Parameters<typeof tokensTo>) => tokensTo(...given).map(({id}) => id);
		expect(idsTo(nodes[2][1])).toEqual([2, 6, 9]);
		expect(idsTo(nodes[2][1], 2)).toEqual([6, 9]);
		expect(idsTo(null)).toEqual([]);
	});

	it('mark the way to the continuation, and nothing else', () => {
		expect(onPath([2, 5, 8])).toEqual([2, 5, 8]);
		// The same tokens after another candidate are another hypothesis, and one that was dropped is none.
		expect(onPath([1, 5, 7])).toEqual([1]);
		expect(onPath([2, 6, 9])).toEqual([2, 6]);
	});

	it('are walked by arrow keys: in a step, back to what one continues, on to the way or what was kept', () => {
		const walk = (from: [number, number], key: string) => moveFrom(nodes, nodes[from[0]][from[1]], key)?.id;
		expect(walk([0, 0], 'ArrowDown')).toBe(2);
		expect(walk([0, 0], 'ArrowUp')).toBeUndefined();
		expect(walk([1, 2], 'ArrowLeft')).toBe(2);
		expect(walk([0, 0], 'ArrowLeft')).toBeUndefined();
		expect(walk([0, 1], 'ArrowRight')).toBe(5);
		expect(walk([1, 0], 'ArrowRight')).toBe(8);
		expect(walk([1, 2], 'ArrowRight')).toBe(9);
		expect(walk([2, 0], 'ArrowRight')).toBeUndefined();
		expect(walk([0, 0], 'a')).toBeUndefined();
	});

	it('are none of an empty trace', () => {
		expect(nodesOf([], [])).toEqual([]);
	});
});

describe('the steps of greedy search and sampling', () => {
	const top = [1, 2].map(id => ({id, text: ` t${id}`, probability: 0.25}));

	it('are the classes that each token came with, and the token where it ranked below them', () => {
		const drawn = stepsOf([token(2, {top}), token(9, {top, logProb: -5}), token(1, {top})], true);
		expect(drawn.map(step => step.map(({id, status, parent}) => [id, status, parent]))).toEqual([
			[
				[1, 'pruned', 0],
				[2, 'kept', 0],
			],
			[
				[1, 'pruned', 1],
				[2, 'pruned', 1],
				[9, 'kept', 1],
			],
			[
				[1, 'kept', 2],
				[2, 'pruned', 2],
			],
		]);
		expect(drawn[1].map(({logProb}) => logProb)).toEqual([Math.log(0.25), Math.log(0.25), -5]);
		expect(drawn[0][1].why).toEqual({by: 'draw'});
		expect(stepsOf([token(2, {top, number: 0.25})], true)[0][1].why).toEqual({by: 'draw', number: 0.25});
		expect(stepsOf([token(2, {top})], false)[0][1].why).toEqual({by: 'rank'});
	});
});
