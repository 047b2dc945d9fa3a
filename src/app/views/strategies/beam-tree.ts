import type {BeamTrace, NamedBeamCandidate, Token} from '../../../protocol/engine.ts';

/** Arranges the hypotheses of a beam search as a tree, from its trace. Pure. */

/** A candidate and its place in the tree. */
export interface BeamNode extends NamedBeamCandidate {
	/** Index of the step, from 0. */
	readonly step: number;
	/** Index among the step's candidates. */
	readonly index: number;
	/** Index of its parent in the previous step; null at the first step. */
	readonly parentIndex: number | null;
	/** Whether it is on the path of the continuation asked about. */
	readonly onPath: boolean;
}

/**
 * Every candidate of every step, each with the place of its parent.
 * @param ids tokens of the continuation whose path is marked.
 */
export function beamNodes(trace: BeamTrace, ids: readonly number[]): BeamNode[][] {
	const steps: BeamNode[][] = [];
	let beams: BeamNode[] = [];
	let onPath: BeamNode | null = null;
	for (const [step, candidates] of trace.steps.entries()) {
		const parentOnPath = onPath;
		const nodes = candidates.map((candidate, index): BeamNode => {
			const parent = step === 0 ? null : (beams[candidate.parent] ?? null);
			return {
				...candidate,
				step,
				index,
				parentIndex: parent?.index ?? null,
				onPath:
					candidate.status !== 'pruned' &&
					candidate.id === ids[step] &&
					(step === 0 || (parentOnPath !== null && parent?.index === parentOnPath.index)),
			};
		});
		onPath = nodes.find(node => node.onPath) ?? null;
		beams = nodes.filter(node => node.status === 'kept');
		steps.push(nodes);
	}
	return steps;
}

/** A stretch of a hypothesis with no fork in it: one row of the tree. */
export interface BeamPhrase {
	readonly tokens: readonly Token[];
	/** Steps it covers, from 0, both inclusive. */
	readonly from: number;
	readonly to: number;
	/** Score of the hypothesis at its end. */
	readonly score: number;
	/** `forked`: other phrases continue it; `dropped`: none of its candidates was kept; `alive`: at the last step. */
	readonly end: 'forked' | 'finished' | 'dropped' | 'alive';
	readonly onPath: boolean;
	readonly children: readonly BeamPhrase[];
	/** Candidates considered and pruned on its way, best first. */
	readonly pruned: readonly BeamNode[];
}

/** The tree of hypotheses that were kept, forks only. Pruned candidates belong to the phrase that they would have continued. */
export function beamPhrases(steps: readonly (readonly BeamNode[])[]): BeamPhrase[] {
	const childBranches = (node: BeamNode) =>
		(steps[node.step + 1] ?? []).filter(child => child.parentIndex === node.index);
	const phraseFrom = (first: BeamNode): BeamPhrase => {
		const nodes = [first];
		const pruned: BeamNode[] = [];
		let going: BeamNode[] = [];
		for (;;) {
			const last = nodes.at(-1)!;
			const children = last.status === 'kept' ? childBranches(last) : [];
			pruned.push(...children.filter(child => child.status === 'pruned'));
			going = children.filter(child => child.status !== 'pruned');
			if (going.length !== 1) break;
			nodes.push(going[0]);
		}
		const last = nodes.at(-1)!;
		const alive = last.step === steps.length - 1;
		return {
			tokens: nodes.map(({id, text, bytes}) => ({id, text, bytes})),
			from: first.step,
			to: last.step,
			score: last.score,
			end: going.length > 1 ? 'forked' : last.status === 'finished' ? 'finished' : alive ? 'alive' : 'dropped',
			onPath: first.onPath,
			children: going.map(phraseFrom).sort((a, b) => Number(b.onPath) - Number(a.onPath) || b.score - a.score),
			pruned: pruned.sort((a, b) => b.score - a.score),
		};
	};
	return (steps[0] ?? []).filter(node => node.status !== 'pruned').map(phraseFrom);
}
