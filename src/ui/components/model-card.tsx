import type {ComponentChildren} from 'preact';

/**
 * A model card, shown as structured text. Cards are Markdown, written by others: headings, paragraphs, lists and code are
 * recognised, and everything else (HTML, images) is shown as plain text.
 */

/** A stretch of a card that is one element. */
export type CardBlock =
	| {kind: 'heading'; text: string}
	| {kind: 'paragraph'; text: string}
	| {kind: 'list'; items: string[]}
	| {kind: 'code'; text: string};

/** The blocks of a card, in order; the metadata between `---` lines at its start is left out. */
export function cardBlocks(markdown: string): CardBlock[] {
	const blocks: CardBlock[] = [];
	const lines = markdown.replace(/^---\n[\s\S]*?\n---\n/, '').split('\n');
	let isOpen = false;
	for (let i = 0; i < lines.length; i++) {
		const line = lines[i];
		const last = blocks.at(-1);
		const heading = /^#{1,6} +(.*?)#* *$/.exec(line);
		const item = /^ *(?:[-*+]|\d+[.)]) +(.*)$/.exec(line);
		if (line.trim() === '') isOpen = false;
		else if (line.startsWith('```')) {
			const end = lines.findIndex((other, at) => at > i && other.startsWith('```'));
			const stop = end < 0 ? lines.length : end;
			blocks.push({kind: 'code', text: lines.slice(i + 1, stop).join('\n')});
			i = stop;
			isOpen = false;
		} else if (heading) {
			blocks.push({kind: 'heading', text: heading[1]});
			isOpen = false;
		} else if (item) {
			if (last?.kind === 'list') last.items.push(item[1]);
			else blocks.push({kind: 'list', items: [item[1]]});
			isOpen = true;
		} else if (isOpen && last?.kind === 'list') last.items.push(`${last.items.pop()} ${line.trim()}`);
		else if (isOpen && last?.kind === 'paragraph') last.text += ` ${line.trim()}`;
		else {
			blocks.push({kind: 'paragraph', text: line.trim()});
			isOpen = true;
		}
	}
	return blocks;
}

/** `code`, **strong** and *emphasis*; a link is its text with the address after it. */
const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

function inline(text: string): ComponentChildren[] {
	const parts: ComponentChildren[] = [];
	let end = 0;
	for (const match of text.matchAll(INLINE)) {
		const [whole, code, strong, emphasis, link, address] = match;
		parts.push(text.slice(end, match.index));
		if (code) parts.push(<code>{code}</code>);
		else if (strong) parts.push(<b>{strong}</b>);
		else if (emphasis) parts.push(<em>{emphasis}</em>);
		else parts.push(link === address ? link : `${link} (${address})`);
		end = match.index + whole.length;
	}
	parts.push(text.slice(end));
	return parts;
}

/** The card's text; nothing in it is a link or loads anything. */
export const ModelCard = ({markdown}: {markdown: string}) => (
	<>
		{cardBlocks(markdown).map((block, index) => (
			<Block key={index} block={block} />
		))}
	</>
);

function Block({block}: {block: CardBlock}) {
	switch (block.kind) {
		case 'heading':
			return <h2>{inline(block.text)}</h2>;
		case 'paragraph':
			return <p>{inline(block.text)}</p>;
		case 'list':
			return (
				<ul>
					{block.items.map((item, at) => (
						<li key={at}>{inline(item)}</li>
					))}
				</ul>
			);
		case 'code':
			return <pre>{block.text}</pre>;
	}
}
