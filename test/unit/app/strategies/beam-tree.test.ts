import {describe, expect, it} from 'vitest';
import {beamNodes, beamPhrases} from '../../../../src/app/views/strategies/beam-tree.ts';
import type {BeamTrace} from '../../../../src/protocol/engine.ts';

type Status = BeamTrace['steps'][number][number]['status'];
const candidate = (id: number, parent: number, score: number, status: Status) => ({
	id,
	text: ` t${id}`,
	parent,
	group: 0,
	logProb: -1,
	score,
	status,
});

// Two beams: 1 and 2 are kept; both go on from 2 (as 5 and 6); 5 goes on alone, as 7 and, to its end, 8.
const trace: BeamTrace = {
	kind: 'beam',
	steps: [
		[candidate(1, 0, -1, 'kept'), candidate(2, 0, -1.1, 'kept'), candidate(3, 0, -2, 'pruned')],
		[candidate(5, 1, -1.5, 'kept'), candidate(6, 1, -1.6, 'kept'), candidate(4, 0, -3, 'pruned')],
		[candidate(7, 0, -2, 'kept'), candidate(9, 1, -4, 'pruned'), candidate(8, 0, -2.5, 'finished')],
	],
};

describe('the tree of hypotheses', () => {
	const nodes = beamNodes(trace, [2, 5, 8]);

	it('finds parents among the kept candidates of the step before', () => {
		expect(nodes[1].map(({parentIndex}) => parentIndex)).toEqual([1, 1, 0]);
		expect(nodes[2].map(({parentIndex}) => parentIndex)).toEqual([0, 1, 0]);
		expect(nodes[0].map(({parentIndex}) => parentIndex)).toEqual([null, null, null]);
	});

	it('marks the way to the continuation, and nothing else', () => {
		expect(
			nodes
				.flat()
				.filter(({onPath}) => onPath)
				.map(({id}) => id),
		).toEqual([2, 5, 8]);
		// The same tokens below another parent are another hypothesis.
		expect(
			beamNodes(trace, [1, 5, 7])
				.flat()
				.filter(({onPath}) => onPath)
				.map(({id}) => id),
		).toEqual([1]);
	});

	it('joins tokens without a fork, and attaches a pruned hypothesis to its parent', () => {
		const [first, second] = beamPhrases(nodes);
		expect(first).toMatchObject({end: 'dropped', from: 0, to: 0, children: []});
		expect(first.pruned.map(({id}) => id)).toEqual([4]);
		expect(second).toMatchObject({end: 'forked', onPath: true});
		const [won, lost] = second.children;
		expect(won).toMatchObject({end: 'forked', onPath: true, from: 1, to: 1});
		expect(won.children.map(({tokens, end}) => [tokens[0].id, end])).toEqual([
			[8, 'finished'],
			[7, 'alive'],
		]);
		expect(lost).toMatchObject({end: 'dropped', onPath: false});
		expect(lost.pruned.map(({id}) => id)).toEqual([9]);
	});

	it('is empty for an empty trace', () => {
		expect(beamPhrases(beamNodes({kind: 'beam', steps: []}, []))).toEqual([]);
	});
});
