import {batch, effect, type ReadonlySignal, type Signal, signal} from '@preact/signals';
import {createQuery, type Engine} from '../../client/query.ts';
import {isSameJson} from '../../client/same-json.ts';
import type {ClassesAnswer} from '../../protocol/questions/classes.ts';
import type {GeneratedToken} from '../../protocol/questions/generate.ts';
import type {Progress} from '../../protocol/values/prompt.ts';
import {spelledToken} from '../../protocol/values/spell.ts';
import type {ClassRow} from '../../protocol/values/token.ts';
import type {StoreParts} from '../prompt/parts.ts';
import {type BranchTree, branchAt, cutBack, finish, grow, growthOf, plant, remove, select} from './tree.ts';

/** A continuation to branch: its prompt, its settings and its tokens. */
export type BranchRoot = Parameters<typeof plant>[0];

/** The tree of branches a person grows from a continuation. Saved with the session. */
export interface BranchesStore {
	readonly tree: ReadonlySignal<BranchTree | null>;
	/** Which token of the selected branch has its panel open. */
	readonly token: Signal<number | null>;
	/** Whether the selected branch should have the focus: the outline gives it and clears this. */
	readonly focusWanted: Signal<boolean>;
	/** How far the prompt of a growing branch is read. */
	readonly progress: ReadonlySignal<Progress | null>;
	/** Why a branch could not grow. */
	readonly error: ReadonlySignal<{id: number; message: string} | null>;
	/** Open a continuation as the root of a tree. The tree that is there stays if it has the same root. */
	open(root: BranchRoot): void;
	/** Choose a class in place of a token of the selected branch; a new one grows from it. `answer` is where the row was listed. */
	choose(index: number, row: ClassRow, answer: Pick<ClassesAnswer, 'model'>): void;
	select(id: number): void;
	remove(id: number): void;
	/** Grow a branch that was stopped or failed again. */
	regrow(id: number): void;
	stop(): void;
	close(): void;
	dispose(): void;
}

/** A class a person chose, as a generated token. */
const chosenToken = (row: ClassRow, {model}: Pick<ClassesAnswer, 'model'>): GeneratedToken => ({
	...spelledToken(row),
	// From the logits: the probability itself may be too small for a number.
	logProb: row.logit - model[0].logit + Math.log(model[0].probability),
	samplingLogProb: 0,
	rank: row.rank,
	top: model.slice(0, 6).map(one => ({...spelledToken(one), probability: one.probability})),
});

type Parts = Pick<StoreParts, 'session' | 'ready'> & {engine: Engine};

/** Starts with the tree that an earlier page left, and continues to grow it. */
export function createBranchesStore({engine, session, ready}: Parts): BranchesStore {
	const tree = session.slot<BranchTree | null>('branches', null);
	const token = session.slot<number | null>('branch-token', null);
	const query = createQuery(engine, 'generate');
	const focusWanted = signal(false);
	const error = signal<{id: number; message: string} | null>(null);

	/** Grow a branch from its chosen class. One branch grows at a time; another that is growing is stopped. */
	function startGrowing(id: number) {
		stop(id);
		const start = tree.peek()!;
		const change = (to: (tree: BranchTree) => BranchTree) => {
			tree.value = to(tree.peek()!);
		};
		const growth = growthOf(start, id);
		if (growth.generation.maxNewTokens === 0) return change(now => finish(now, id, 'length'));
		let streamed = 0;
		void query.ask(growth, {
			onEvent(event) {
				if (event.kind !== 'tokens') return;
				const tokens = event.tokens.filter(({branch}) => branch === 0).map(({token}) => token);
				streamed += tokens.length;
				change(now => grow(now, id, tokens));
			},
			onAnswer({continuations: [{tokens, finishReason}], dropped}) {
				change(now => finish(grow(now, id, tokens.slice(streamed)), id, finishReason, dropped));
			},
			onError({message}) {
				error.value = {id, message};
				change(now => finish(now, id, 'stopped'));
			},
		});
	}

	/** @param except a branch that is about to grow. */
	function stop(except?: number) {
		const now = tree.peek();
		batch(() => {
			query.cancel();
			error.value = null;
			const growing = now?.branches.filter(({id, finishReason}) => finishReason === null && id !== except) ?? [];
			if (now && growing.length > 0) tree.value = growing.reduce((to, {id}) => finish(to, id, 'stopped'), now);
		});
	}

	function regrow(id: number) {
		tree.value = cutBack(tree.peek()!, id);
		startGrowing(id);
	}

	// A branch that was growing when the page closed grows again; the same seed makes the same text of it.
	const dispose = effect(() => {
		if (!ready.value) return;
		const growing = tree.peek()?.branches.find(({finishReason}) => finishReason === null);
		if (growing) regrow(growing.id);
	});

	return {
		tree,
		token,
		focusWanted,
		progress: query.progress,
		error,
		open(root) {
			const planted = plant(root);
			const now = tree.peek();
			batch(() => {
				if (now && isSameJson(rootOf(now), rootOf(planted))) tree.value = select(now, 0);
				else {
					stop();
					tree.value = planted;
				}
				token.value = null;
				focusWanted.value = true;
			});
		},
		choose(index, row, answer) {
			const now = tree.peek();
			if (!now) return;
			const {tree: next, id, isNew} = branchAt(now, now.selected, index, chosenToken(row, answer));
			const ends = isNew && row.end;
			batch(() => {
				tree.value = ends ? finish(next, id, 'end-of-text') : next;
				token.value = null;
				focusWanted.value = true;
			});
			if (isNew && !ends) startGrowing(id);
		},
		select(id) {
			batch(() => {
				tree.value = select(tree.peek()!, id);
				token.value = null;
			});
		},
		remove(id) {
			const now = tree.peek()!;
			if (now.branches.some(({finishReason}) => finishReason === null)) stop();
			batch(() => {
				tree.value = remove(tree.peek()!, id);
				token.value = null;
			});
		},
		regrow,
		stop: () => stop(),
		close() {
			stop();
			batch(() => {
				tree.value = null;
				token.value = null;
			});
		},
		dispose() {
			dispose();
			query.cancel();
		},
	};
}

const rootOf = ({prompt, generation, branches: [{tokens}]}: BranchTree) => [
	prompt,
	generation,
	tokens.map(({id}) => id),
];
