import type {GeneratedToken, Token} from '../../../protocol/engine.ts';
import {spell} from '../../../protocol/spell.ts';
import {decimal} from '../../../ui/format.ts';
import {totalLogProb} from '../../../ui/tokens/log-prob.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {type Branch, type BranchTree, branchOf, childBranches} from './tree.ts';

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

interface Listed extends Branch {
	/** `1`, `1.2`, ... */
	number: string;
	depth: number;
	/** Its tokens that are not its parent's. */
	own: readonly GeneratedToken[];
	/** Where it leaves its parent, in words; empty for the root. */
	where: string;
}

function list(tree: BranchTree, words: ExportWords): Listed[] {
	const from = (branch: Branch, number: string, depth: number): Listed[] => {
		const {id, parent, at, tokens} = branch;
		const instead = parent === null ? undefined : branchOf(tree, parent).tokens[at];
		const where =
			parent === null ? '' : words.chosen(at + 1, visibleToken(tokens[at]), instead ? visibleToken(instead) : null);
		return [
			{...branch, number, depth, own: tokens.slice(at), where},
			...childBranches(tree, id).flatMap((child, index) => from(child, `${number}.${index + 1}`, depth + 1)),
		];
	};
	return from(tree.branches[0], '1', 0);
}

/** Plain text: the prompt, then each branch in full under its number, with its log-probability. */
export function toPlainText(tree: BranchTree, words: ExportWords): string {
	const branches = list(tree, words).map(({number, tokens, where}) => {
		const head = [number, `${words.logProb} ${decimal(totalLogProb(tokens))}`, where].filter(Boolean).join('  ');
		return `${head}\n${tree.prompt.text}${spell(tokens)}`;
	});
	return `${tree.title}\n${words.model}\n\n${branches.join('\n\n')}\n`;
}

// Everything that Markdown could read as markup is escaped: the text of a page must stay text.
const escaped = (text: string) =>
	text
		.replace(/[\\`*_[\]#<>|~&]/g, '\\$&')
		.replace(/\s*\n\s*/g, '<br>')
		.replaceAll('\t', ' ');

/** Markdown: a nested list, each branch with the text from where it leaves its parent, and its log-probability. */
export function toMarkdown(tree: BranchTree, words: ExportWords): string {
	const items = list(tree, words).map(({depth, tokens, own, where}) => {
		const figures = `${escaped(words.logProb)} ${decimal(totalLogProb(tokens))}`;
		const start = where && `${escaped(where)}: `;
		return `${'  '.repeat(depth)}- ${start}**${escaped(spell(own).trim())}** (${figures})`;
	});
	const head = `# ${escaped(tree.title)}\n\n${escaped(words.model)}\n\n${escaped(words.prompt)}: ${escaped(tree.prompt.text)}`;
	return `${head}\n\n${items.join('\n')}\n`;
}

const bare = ({id, text, bytes}: Token) => ({id, ...(text === undefined ? {bytes} : {text})});

/** JSON: nested branches, every token with every probability the engine gave. Log-probabilities are natural. */
export function toJson(tree: BranchTree, model: string): string {
	const nested = ({id, parent, at, finishReason, tokens}: Branch): object => ({
		id,
		parent,
		at,
		finishReason,
		text: spell(tokens.slice(at)),
		logProb: totalLogProb(tokens.slice(at)),
		tokens: tokens.slice(at).map((token, index) => ({
			...bare(token),
			chosenBy: parent !== null && index === 0 ? 'person' : 'strategy',
			rank: token.rank,
			logProb: token.logProb,
			probability: Math.exp(token.logProb),
			samplingLogProb: token.samplingLogProb,
			top: token.top.map(({probability, ...other}) => ({...bare(other), probability})),
		})),
		branches: childBranches(tree, id).map(nested),
	});
	const {title, prompt, generation} = tree;
	return `${JSON.stringify({title, model, prompt, generation, root: nested(tree.branches[0])}, null, '\t')}\n`;
}
