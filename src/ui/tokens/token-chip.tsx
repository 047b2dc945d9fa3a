import type {Token} from '../../protocol/values/prompt.ts';
import type {Band} from './rank-bands.ts';
import {isolate, spokenToken} from './token-text.ts';
import {TokenText} from './token-view.tsx';

interface Props {
	token: Token;
	/** Tints the chip by how surprised the model is. */
	band?: Band;
	/** Value of `data-tip`, by which a `TipArea` around the chips finds this one. */
	tip?: string;
	/** Makes the chip a button. */
	onChoose?(): void;
	/** A chip that says more on focus takes part in the tab order, or in a list that arrow keys walk. */
	tabIndex?: number;
	label?: string;
	current?: boolean;
	/** Newlines also break the line, as they do in the text. */
	breaks?: boolean;
	/** It is part of a character that is drawn already. */
	part?: boolean;
}

/** A token in running text. */
export function TokenChip({token, band, tip, onChoose, tabIndex, label, current, breaks, part}: Props) {
	const className = band ? `token band-${band}` : 'token';
	const shared = {class: className, 'data-tip': tip, tabIndex, 'aria-current': current || undefined} as const;
	if (onChoose) {
		const name = label ?? isolate(spokenToken(token));
		return (
			<button type="button" {...shared} aria-label={name} onClick={onChoose}>
				<TokenText token={token} breaks={breaks} />
			</button>
		);
	}
	if (label) {
		return (
			<span {...shared} role="img" aria-label={label}>
				<TokenText token={token} breaks={breaks} />
			</span>
		);
	}
	return <span {...shared}>{!part && <TokenText token={token} breaks={breaks} />}</span>;
}
