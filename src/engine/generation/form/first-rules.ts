import type {Node} from './node.ts';

/** The rules that may write nothing. */
export function nullableRules(rules: ReadonlyMap<string, Node>): Set<string> {
	const nullable = new Set<string>();
	for (let size = -1; size < nullable.size; ) {
		size = nullable.size;
		for (const [name, node] of rules) if (mayBeEmpty(node, nullable)) nullable.add(name);
	}
	return nullable;
}

function mayBeEmpty(node: Node, nullable: ReadonlySet<string>): boolean {
	switch (node.kind) {
		case 'byte':
			return false;
		case 'sequence':
			return node.items.every(item => mayBeEmpty(item, nullable));
		case 'choice':
			return node.items.some(item => mayBeEmpty(item, nullable));
		case 'repeat':
			return node.min === 0 || mayBeEmpty(node.item, nullable);
		case 'rule':
			return nullable.has(node.name);
	}
}

/** The rules that a node may begin with. */
export function firstRules(node: Node, nullable: ReadonlySet<string>): string[] {
	switch (node.kind) {
		case 'byte':
			return [];
		case 'choice':
			return node.items.flatMap(item => firstRules(item, nullable));
		case 'repeat':
			return node.max === 0 ? [] : firstRules(node.item, nullable);
		case 'rule':
			return [node.name];
		case 'sequence': {
			const end = node.items.findIndex(item => !mayBeEmpty(item, nullable));
			return (end < 0 ? node.items : node.items.slice(0, end + 1)).flatMap(item => firstRules(item, nullable));
		}
	}
}
