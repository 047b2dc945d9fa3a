import type {Candidate, GeneratedToken} from '../../protocol/questions/generate.ts';
import type {Token} from '../../protocol/values/prompt.ts';

/** The steps of any strategy as one shape, and the tree that their candidates make. Pure. */

/** Where nothing but the next class was weighed: the first class was taken, or one was drawn. */
type AlonePick = {by: 'rank'} | {by: 'draw'; number?: number};

/** A class that was weighed as the next one, what became of it, and why. */
export type Weighed = Omit<Candidate, 'why'> & {why: Candidate['why'] | AlonePick};

/** The steps of greedy search and sampling: the classes that each token came with, and which of them it is. */
export function stepsOf(tokens: readonly GeneratedToken[], sampled: boolean): Weighed[][] {
	let chosen = 0;
	return tokens.map(({top, ...token}) => {
		const parent = chosen;
		const place = top.findIndex(({id}) => id === token.id);
		chosen = place < 0 ? top.length : place;
		const classes = top.map(({probability, ...one}) => ({...one, logProb: Math.log(probability)}));
		return [...classes, ...(place < 0 ? [token] : [])].map(({id, text, bytes, logProb}, index) => {
			const status = index === chosen ? 'kept' : 'pruned';
			return {
				id,
				text,
				bytes,
				logProb,
				parent,
				score: null,
				status,
				why: sampled ? {by: 'draw', number: token.number} : {by: 'rank'},
			};
		});
	});
}

/** A candidate in its place. */
export type StepNode = Weighed & {
	/** Index of the step, and among its candidates. */
	readonly step: number;
	readonly index: number;
	/** The one that it continues; null at the first step. */
	readonly from: StepNode | null;
	/** Whether it is on the path of the continuation asked about. */
	readonly onPath: boolean;
};

/** Every candidate of every step in its place. @param ids tokens of the continuation whose path is marked. */
export function nodesOf(steps: readonly (readonly Weighed[])[], ids: readonly number[]): StepNode[][] {
	let before: readonly StepNode[] = [];
	return steps.map((candidates, step) => {
		const nodes = candidates.map((candidate, index): StepNode => {
			const from = before[candidate.parent] ?? null;
			const onPath =
				candidate.status !== 'pruned' && candidate.id === ids[step] && (step === 0 || from?.onPath === true);
			return {...candidate, step, index, from, onPath};
		});
		before = nodes;
		return nodes;
	});
}

/** The last tokens of the text that ends with a candidate, at most `most`. */
export function tokensTo(node: StepNode | null, most = Number.POSITIVE_INFINITY): Token[] {
	const tokens: Token[] = [];
	for (let at = node; at && tokens.length < most; at = at.from) tokens.push(at);
	return tokens.reverse();
}

/** Where an arrow key leads: up and down within the step, left to what it continues, right to what continues it. */
export function moveFrom(steps: readonly (readonly StepNode[])[], node: StepNode, key: string): StepNode | undefined {
	if (key === 'ArrowUp') return steps[node.step][node.index - 1];
	if (key === 'ArrowDown') return steps[node.step][node.index + 1];
	if (key === 'ArrowLeft') return node.from ?? undefined;
	if (key !== 'ArrowRight') return undefined;
	const next = steps[node.step + 1]?.filter(({from}) => from === node) ?? [];
	return next.find(({onPath}) => onPath) ?? next.find(({status}) => status !== 'pruned') ?? next[0];
}
