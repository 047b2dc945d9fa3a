import {t} from '../../ui/i18n.ts';
import type {App} from '../app.ts';
import './beginning.css';

/** What the model's tokenizer puts before every text, as chips that a click leaves out. Nothing where it adds nothing. */
export function Beginning({app: {classes, prompt}}: {app: App}) {
	const beginning = classes.answer.value?.beginning ?? [];
	// A turn has the template's own.
	if (beginning.length === 0 || prompt.prompt.value.turn) return null;
	const isAdded = prompt.prompt.value.addSpecialTokens !== false;
	const spelled = beginning.map(({text}) => text ?? '').join('');
	return (
		<button
			type="button"
			class="beginning"
			aria-pressed={isAdded}
			title={t(isAdded ? 'popup_beginning_title' : 'popup_beginning_off_title', spelled)}
			onClick={() => prompt.addSpecialTokens(!isAdded)}
		>
			{beginning.map(token => (
				<span key={token.id} class="chip">
					{token.text}
				</span>
			))}
		</button>
	);
}
