import type {GeneratedToken, Token} from '../../../protocol/engine.ts';
import {spell} from '../../../protocol/spell.ts';
import {decimal} from '../../../ui/format.ts';
import {totalLogProb} from '../../../ui/tokens/log-prob.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {type Branch, type BranchTree, childBranches, pathOf} from './tree.ts';

/** Writes a tree of branches as a file. Pure; every format holds every branch, in the order of the tree. */

/** The words of an exported text, in the person's language. */
export interface ExportWords {
	prompt: string;
	/** The model's name, with its revision. */
	model: string;
	/** Name of the column of totals: `log-probability (nats)`. */
	logProb: string;
	/** A class a person chose in place of the model's own: `the 3rd token is · queen instead of · king`. */
	chosen(position: number, chosen: string, instead: string | null): string;
}

const numberOf = (positions: readonly number[]) => positions.map(position => position + 1).join('.');

interface Listed {
	branch: Branch;
	/** `1`, `1.2`, ... */
	number: string;
	depth: number;
	/** All of its tokens, from the prompt on. */
	tokens: GeneratedToken[];
	/** How many of them come before its own first. */
	before: number;
	/** The token of the parent in whose place it starts; null for the root, or after the parent's last token. */
	instead: GeneratedToken | null;
}

function list(tree: BranchTree): Listed[] {
	const from = (branch: Branch, positions: number[]): Listed[] => {
		const tokens = pathOf(tree, branch.id).map(({token}) => token);
		const parent = branch.parent === null ? null : tree.branches.find(({id}) => id === branch.parent)!;
		const listed: Listed = {
			branch,
			number: numberOf(positions),
			depth: positions.length - 1,
			tokens,
			before: tokens.length - branch.tokens.length,
			instead: parent?.tokens[branch.at] ?? null,
		};
		return [listed, ...childBranches(tree, branch.id).flatMap((child, index) => from(child, [...positions, index]))];
	};
	return from(tree.branches[0], [0]);
}

/** Plain text: the prompt, then each branch in full under its number, with its log-probability. */
export function toPlainText(tree: BranchTree, words: ExportWords): string {
	const branches = list(tree).map(({number, tokens, branch, before, instead}) => {
		const head = [`${number}  ${words.logProb} ${decimal(totalLogProb(tokens))}`];
		if (branch.parent !== null) head.push(words.chosen(before + 1, spelled(branch.tokens[0]), spelledOr(instead)));
		return `${head.join('  ')}\n${tree.prompt.text}${spell(tokens)}`;
	});
	return `${tree.title}\n${words.model}\n\n${branches.join('\n\n')}\n`;
}

const spelled = (token: Token) => visibleToken(token);
const spelledOr = (token: Token | null) => (token === null ? null : visibleToken(token));

// Everything that Markdown could read as markup is escaped: the text of a page must stay text.
const escaped = (text: string) =>
	text
		.replace(/[\\`*_[\]#<>|~&]/g, '\\$&')
		.replace(/\s*\n\s*/g, '<br>')
		.replaceAll('\t', ' ');

/** Markdown: a nested list, each branch with the text from where it leaves its parent, and its log-probability. */
export function toMarkdown(tree: BranchTree, words: ExportWords): string {
	const items = list(tree).map(({depth, branch, tokens, before, instead}) => {
		const where =
			branch.parent === null
				? ''
				: `${escaped(words.chosen(before + 1, spelled(branch.tokens[0]), spelledOr(instead)))}: `;
		const figures = `${escaped(words.logProb)} ${decimal(totalLogProb(tokens))}`;
		return `${'  '.repeat(depth)}- ${where}**${escaped(spell(branch.tokens).trim())}** (${figures})`;
	});
	const head = `# ${escaped(tree.title)}\n\n${escaped(words.model)}\n\n${escaped(words.prompt)}: ${escaped(tree.prompt.text)}`;
	return `${head}\n\n${items.join('\n')}\n`;
}

const bare = ({id, text, bytes}: Token) => ({id, ...(text === undefined ? {bytes} : {text})});

/** JSON: nested branches, every token with every probability the engine gave. Log-probabilities are natural. */
export function toJson(tree: BranchTree, model: string): string {
	const nested = (branch: Branch): object => ({
		id: branch.id,
		parent: branch.parent,
		at: branch.at,
		finishReason: branch.finishReason,
		text: spell(branch.tokens),
		logProb: totalLogProb(branch.tokens),
		tokens: branch.tokens.map((token, index) => ({
			...bare(token),
			chosenBy: branch.parent !== null && index === 0 ? 'person' : 'strategy',
			rank: token.rank,
			logProb: token.logProb,
			probability: Math.exp(token.logProb),
			samplingLogProb: token.samplingLogProb,
			top: token.top.map(({probability, ...other}) => ({...bare(other), probability})),
		})),
		branches: childBranches(tree, branch.id).map(nested),
	});
	const {title, prompt, generation} = tree;
	return `${JSON.stringify({title, model, prompt, generation, root: nested(tree.branches[0])}, null, '\t')}\n`;
}
