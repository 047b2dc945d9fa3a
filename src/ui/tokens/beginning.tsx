import {t} from '../../client/browser/i18n.ts';
import type {Token} from '../../protocol/values/prompt.ts';
import './beginning.css';

interface Props {
	/** What the model's tokenizer puts before every text. */
	tokens: readonly Token[];
	isAdded: boolean;
	onToggle(): void;
}

/** What comes before a text, as chips that a click leaves out. Nothing where the tokenizer adds nothing. */
export function Beginning({tokens, isAdded, onToggle}: Props) {
	if (tokens.length === 0) return null;
	const spelled = tokens.map(({text}) => text ?? '').join('');
	return (
		<button
			type="button"
			class="beginning"
			aria-pressed={isAdded}
			title={t(isAdded ? 'common_beginning_title' : 'common_beginning_off_title', {spelled})}
			onClick={onToggle}
		>
			{tokens.map(token => (
				<span key={token.id} class="chip">
					{token.text}
				</span>
			))}
		</button>
	);
}
