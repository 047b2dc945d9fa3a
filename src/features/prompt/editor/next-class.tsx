import type {Token} from '../../../protocol/values/prompt.ts';
import {type Band, bandOf} from '../../../ui/tokens/rank-bands.ts';
import {tokenParts} from '../../../ui/tokens/token-text.ts';
import type {Workspace} from '../workspace.ts';
import './next-class.css';

/** The class in the place after the prompt, and its look. */
interface Content {
	token: Token | null;
	/** Of a class that was drawn and is about to join the prompt. */
	band: Band | null;
}

/** The class that was drawn, else the one that is pointed at. */
function contentOf({loop, pointed}: Workspace): Content {
	const drawn = loop.drawn.value;
	if (drawn && !drawn.appended) return {token: drawn, band: bandOf(drawn.rank)};
	return {token: pointed.value, band: null};
}

/** The place after the last token, where the next class goes. */
export function NextClass({app}: {app: Workspace}) {
	const {token, band} = contentOf(app);
	const className = ['next-class', token && 'filled', band && `band-${band} drawn`].filter(Boolean).join(' ');
	return (
		<span class={className}>
			{token
				? tokenParts(token)
						.map(part => part.shown)
						.join('')
				: '\u00a0'}
		</span>
	);
}
