import {options} from 'preact';

/** How many elements of a class are drawn, anew or again, while something is done. */
export async function drawnWhile(className: string, act: () => unknown): Promise<number> {
	let count = 0;
	const before = options.vnode;
	options.vnode = node => {
		if (
			String((node.props as {class?: unknown}).class ?? '')
				.split(' ')
				.includes(className)
		)
			count++;
		before?.(node);
	};
	try {
		await act();
	} finally {
		options.vnode = before;
	}
	return count;
}
