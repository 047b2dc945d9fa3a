import {t} from '../../client/browser/i18n.ts';
import type {GeneratedToken} from '../../protocol/questions/generate.ts';
import type {Token} from '../../protocol/values/prompt.ts';
import {spell} from '../../protocol/values/spell.ts';
import {count, decimal} from '../../ui/format.ts';
import {totalLogProb} from '../../ui/tokens/log-prob.ts';
import {visibleToken} from '../../ui/tokens/token-text.ts';
import {type Branch, type BranchTree, branchOf, childBranches} from './tree.ts';

/** Writes a tree of branches as a file; every format holds every branch, in the order of the tree. */

interface Listed extends Branch {
	/** `1`, `1.2`, ... */
	number: string;
	depth: number;
	/** Its tokens that are not its parent's. */
	own: readonly GeneratedToken[];
	/** Where it leaves its parent, in words; empty for the root. */
	where: string;
}

function list(tree: BranchTree): Listed[] {
	const from = (branch: Branch, number: string, depth: number): Listed[] => {
		const {id, parent, at, tokens} = branch;
		const where = parent === null ? '' : choiceText(at, tokens[at], branchOf(tree, parent).tokens[at]);
		return [
			{...branch, number, depth, own: tokens.slice(at), where},
			...childBranches(tree, id).flatMap((child, index) => from(child, `${number}.${index + 1}`, depth + 1)),
		];
	};
	return from(tree.branches[0], '1', 0);
}

/** Which class a person chose, and in place of which. */
function choiceText(at: number, token: Token, instead: Token | undefined): string {
	const [position, chosen] = [count(at + 1), visibleToken(token)];
	if (!instead) return t('strategies_export_added', {position, chosen});
	return t('strategies_export_chosen', {position, chosen, instead: visibleToken(instead)});
}

const figures = (tokens: readonly GeneratedToken[]) =>
	`${t('strategies_export_logprob')} ${decimal(totalLogProb(tokens))}`;

/** Plain text: the prompt, then each branch in full under its number, with its log-probability. */
export function toPlainText(tree: BranchTree, model: string): string {
	const branches = list(tree).map(({number, tokens, where}) => {
		const head = [number, figures(tokens), where].filter(Boolean).join('  ');
		return `${head}\n${tree.prompt.text}${spell(tokens)}`;
	});
	return `${tree.title}\n${model}\n\n${branches.join('\n\n')}\n`;
}

// Everything that Markdown could read as markup is escaped: the text of a page must stay text.
const escaped = (text: string) =>
	text
		.replace(/[\\`*_[\]#<>|~&]/g, '\\$&')
		.replace(/\s*\n\s*/g, '<br>')
		.replaceAll('\t', ' ');

/** Markdown: a nested list, each branch with the text from where it leaves its parent, and its log-probability. */
export function toMarkdown(tree: BranchTree, model: string): string {
	const items = list(tree).map(({depth, tokens, own, where}) => {
		const start = where && `${escaped(where)}: `;
		return `${'  '.repeat(depth)}- ${start}**${escaped(spell(own).trim())}** (${escaped(figures(tokens))})`;
	});
	const head = `# ${escaped(tree.title)}\n\n${escaped(model)}\n\n${escaped(t('strategies_export_prompt'))}: ${escaped(tree.prompt.text)}`;
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
