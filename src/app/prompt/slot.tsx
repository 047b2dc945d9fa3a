import type {Token} from '../../protocol/engine.ts';
import {type Band, bandOf} from '../../ui/tokens/rank-bands.ts';
import {tokenParts} from '../../ui/tokens/token-text.ts';
import type {App} from '../app.ts';
import './slot.css';

/** The content of the prompt's open slot. */
export interface SlotContent {
	token: Token | null;
	/** Of a class that was drawn and is about to join the prompt. */
	band: Band | null;
}

/** The class that was drawn, else the one that is pointed at. */
export function slotOf({loop, pointed}: App): SlotContent {
	const drawn = loop.drawn.value;
	if (drawn && !drawn.appended) return {token: drawn, band: bandOf(drawn.rank)};
	return {token: pointed.value, band: null};
}

/** The place after the last token, where the next class goes. */
export function Slot({content: {token, band}}: {content: SlotContent}) {
	const className = ['slot', token && 'filled', band && `band-${band} drawn`].filter(Boolean).join(' ');
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
