import fc from 'fast-check';
import {beforeAll, describe, expect, it} from 'vitest';
import {DEFAULT_GENERATION} from '../../../../src/engine/parameters/registry.ts';
import {
	type BranchTree,
	branchAt,
	branchOf,
	childBranches,
	choicesOf,
	contextBefore,
	finish,
	grow,
	growthOf,
	moveOf,
	plant,
	remove,
	rowsOf,
} from '../../../../src/features/strategies/tree.ts';
import {toJson, toMarkdown, toPlainText} from '../../../../src/features/strategies/tree-export.ts';
import {installI18n} from '../../../helpers/fake-i18n.ts';
import {token, tokens} from './fixtures.ts';

beforeAll(installI18n);

const root = plant({
	title: 'Greedy',
	prompt: {text: 'Once', appended: [{id: 100}]},
	generation: DEFAULT_GENERATION,
	tokens: tokens(1, 2, 3, 4),
	finishReason: 'length',
});
const ids = (tree: BranchTree, id: number) => branchOf(tree, id).tokens.map(token => token.id);

describe('branching', () => {
	it('keeps the tokens before the chosen class and grows after it', () => {
		const {tree, id, isNew} = branchAt(root, 0, 2, token(9));
		expect(isNew).toBe(true);
		expect(tree.selected).toBe(id);
		expect(growthOf(tree, id).prompt).toMatchObject({text: 'Once', appended: [{id: 100}, {id: 1}, {id: 2}, {id: 9}]});
		const grown = finish(grow(grow(tree, id, tokens(10)), id, tokens(11)), id, 'length');
		expect(ids(grown, id)).toEqual([1, 2, 9, 10, 11]);
		expect(choicesOf(grown, id)).toEqual([2]);
		expect(ids(grown, 0)).toEqual([1, 2, 3, 4]);
		expect(ids(root, 0)).toEqual([1, 2, 3, 4]);
	});

	it('goes on after the last token', () => {
		const {tree, id} = branchAt(root, 0, 4, token(5));
		expect(ids(tree, id)).toEqual([1, 2, 3, 4, 5]);
	});

	it('selects a branch that exists instead of growing it twice', () => {
		expect(branchAt(root, 0, 1, token(2))).toMatchObject({id: 0, isNew: false});
		const first = branchAt(root, 0, 1, token(9));
		expect(branchAt(first.tree, 0, 1, token(9))).toMatchObject({id: first.id, isNew: false});
	});

	it('makes another first class of a branch its sister', () => {
		const first = branchAt(root, 0, 1, token(9));
		const second = branchAt(first.tree, first.id, 1, token(8));
		expect(childBranches(second.tree, 0).map(({id}) => id)).toEqual([first.id, second.id]);
		expect(ids(second.tree, second.id)).toEqual([1, 8]);
		// And its parent's own class there is the parent itself.
		expect(branchAt(first.tree, first.id, 1, token(2))).toMatchObject({id: 0, isNew: false});
	});

	it('separates the prompt of the run from the tokens that the run generated', () => {
		expect(contextBefore(root, 0, 2)).toMatchObject({
			prompt: {text: 'Once', appended: [{id: 100}]},
			generated: [{id: 1}, {id: 2}],
		});
		const {tree, id} = branchAt(root, 0, 2, token(9));
		const grown = grow(tree, id, tokens(10, 11));
		expect(contextBefore(grown, id, 4)).toMatchObject({
			prompt: {text: 'Once', appended: [{id: 100}, {id: 1}, {id: 2}, {id: 9}]},
			generated: [{id: 10}],
		});
		// The chosen class was chosen in the parent's run.
		expect(contextBefore(grown, id, 2)).toMatchObject({
			prompt: {text: 'Once', appended: [{id: 100}]},
			generated: [{id: 1}, {id: 2}],
		});
	});

	it('goes on with what was learnt before the class that a person chose', () => {
		const learnt = (id: number, mirostatTau: number) => ({...token(id), memory: {mirostatTau}});
		const tree = plant({...root, tokens: [learnt(1, 4), learnt(2, 5), learnt(3, 6)], finishReason: 'length'});
		expect(growthOf(tree, 0).prompt.memory).toBeUndefined();
		const first = branchAt(tree, 0, 0, token(9));
		expect(growthOf(first.tree, first.id).prompt).not.toHaveProperty('memory');
		const second = branchAt(tree, 0, 2, token(9));
		expect(growthOf(second.tree, second.id).prompt.memory).toEqual({mirostatTau: 5});
		// The choice itself taught nothing: a branch right after it goes on from the same.
		const third = branchAt(grow(second.tree, second.id, [learnt(10, 7)]), second.id, 3, token(8));
		expect(growthOf(third.tree, third.id).prompt.memory).toEqual({mirostatTau: 5});
		expect(contextBefore(third.tree, second.id, 3).prompt.memory).toEqual({mirostatTau: 5});
	});

	it('removes a branch with all that grew from it, never the root', () => {
		const first = branchAt(root, 0, 1, token(9));
		const second = branchAt(grow(first.tree, first.id, tokens(10)), first.id, 2, token(7));
		expect(second.tree.branches).toHaveLength(3);
		const removed = remove(second.tree, first.id);
		expect(removed.branches.map(({id}) => id)).toEqual([0]);
		expect(removed.selected).toBe(0);
		expect(() => remove(root, 0)).toThrow(RangeError);
	});

	it('spells a path whose start is the parent up to the fork, however the tree was made', () => {
		const choice = fc.record({branch: fc.nat(), index: fc.nat(), id: fc.integer({min: 10, max: 20})});
		fc.assert(
			fc.property(fc.array(choice, {maxLength: 12}), choices => {
				let tree = root;
				for (const {branch, index, id} of choices) {
					const from = tree.branches[branch % tree.branches.length];
					const at = index % (from.tokens.length + 1);
					const before = ids(tree, from.id).slice(0, at);
					const next = branchAt(tree, from.id, at, token(id));
					expect(ids(next.tree, next.id).slice(0, before.length + 1)).toEqual([...before, id]);
					tree = grow(next.tree, next.id, next.isNew ? tokens(id + 1, id + 2) : []);
				}
				expect(new Set(tree.branches.map(({id}) => ids(tree, id).join())).size).toBe(tree.branches.length);
				expect(rowsOf(tree, new Set())).toHaveLength(tree.branches.length);
			}),
		);
	});
});

describe('moving through the tree', () => {
	const first = branchAt(root, 0, 1, token(9));
	const nested = branchAt(grow(first.tree, first.id, tokens(10)), first.id, 2, token(7));
	const {tree} = branchAt(nested.tree, 0, 3, token(6));
	const open = rowsOf(tree, new Set());

	it('lists branches under their parents, in the order in which they leave them', () => {
		expect(open.map(({branch, level, position, siblings}) => [branch.id, level, position, siblings])).toEqual([
			[0, 1, 1, 1],
			[1, 2, 1, 2],
			[2, 3, 1, 1],
			[3, 2, 2, 2],
		]);
		expect(rowsOf(tree, new Set([1])).map(({branch}) => branch.id)).toEqual([0, 1, 3]);
	});

	it('opens, closes and leads on by the arrows to the sides, as a tree does', () => {
		expect(moveOf(open, 1, 'ArrowRight')).toEqual({to: 2});
		expect(moveOf(open, 1, 'ArrowLeft')).toEqual({toggle: 1});
		expect(moveOf(open, 2, 'ArrowLeft')).toEqual({to: 1});
		expect(moveOf(open, 2, 'ArrowRight')).toBeNull();
		expect(moveOf(rowsOf(tree, new Set([1])), 1, 'ArrowRight')).toEqual({toggle: 1});
		expect(moveOf(open, 0, 'ArrowLeft')).toEqual({toggle: 0});
		expect(moveOf(open, 3, 'ArrowLeft')).toEqual({to: 0});
		expect(moveOf(open, 0, 'a')).toBeNull();
	});
});

describe('export', () => {
	const {tree: branched, id} = branchAt(root, 0, 1, token(9, {text: ' <b>*bold*</b>', logProb: -2.5}));
	const tree = grow(branched, id, [
		token(10, {text: undefined, bytes: [0xf0, 0x9f]}),
		token(11, {text: undefined, bytes: [0x98, 0x80]}),
	]);
	const model = 'org/gpt2@abc';

	it('writes each branch in full as plain text, with characters that several tokens make', () => {
		const text = toPlainText(tree, model);
		expect(text).toContain('\norg/gpt2@abc\n');
		expect(text).toContain('1  log-probability in nats: −4.00\nOnce t1 t2 t3 t4');
		expect(text).toContain(
			'1.1  log-probability in nats: −5.50  token 2 is ·<b>*bold*</b> instead of ·t2\nOnce t1 <b>*bold*</b>😀',
		);
	});

	it('nests branches in Markdown and leaves no markup of the text alive', () => {
		const text = toMarkdown(tree, model);
		expect(text).toContain('\n\norg/gpt2@abc\n\n');
		expect(text).toMatch(/^- \*\*t1 t2 t3 t4\*\*/m);
		expect(text).toMatch(/^ {2}- token 2 is ·\\<b\\>\\\*bold\\\*/m);
		expect(text).not.toMatch(/(?<!\\)<b/);
	});

	it('holds every probability in JSON', () => {
		const json = JSON.parse(toJson(tree, model));
		expect(json.model).toBe('org/gpt2@abc');
		expect(json.root.tokens.map((t: {id: number}) => t.id)).toEqual([1, 2, 3, 4]);
		const [branch] = json.root.branches;
		expect(branch).toMatchObject({at: 1, text: ' <b>*bold*</b>😀'});
		expect(branch.tokens[0]).toMatchObject({chosenBy: 'person', logProb: -2.5, probability: Math.exp(-2.5)});
		expect(branch.tokens[1]).toMatchObject({chosenBy: 'strategy', bytes: [0xf0, 0x9f]});
		expect(branch.tokens[1].top[0].probability).toBe(Math.exp(-1));
	});
});
