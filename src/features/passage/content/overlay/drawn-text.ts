import {type ComponentChild, type ComponentChildren, Fragment, h, options, type VNode} from 'preact';

/**
 * Text that is drawn and not written: every string becomes a `<span data-text="...">`, whose style sheet draws it as generated
 * content. `window.find()` and `getSelection()`, by which a page could read the text of a closed shadow tree, don't find
 * it; the accessibility tree has it.
 */
const drawn = (text: string) => h('span', {'data-text': text});

function drawnChildren(children: ComponentChildren): ComponentChildren {
	if (Array.isArray(children)) return children.map(child => drawnChildren(child) as ComponentChild);
	if (typeof children === 'string' || typeof children === 'number')
		return children === '' ? null : drawn(`${children}`);
	return children;
}

/** Draw all text of this bundle's components, from now on. */
export function drawText() {
	const earlier = options.vnode;
	options.vnode = (vnode: VNode) => {
		earlier?.(vnode);
		const {type, props} = vnode as VNode<{children?: ComponentChildren}>;
		if ((typeof type === 'string' || type === Fragment) && props.children !== undefined) {
			props.children = drawnChildren(props.children);
		}
	};
}
