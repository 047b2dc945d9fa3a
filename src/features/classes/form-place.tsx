import {t} from '../../client/browser/i18n.ts';
import type {FinishReason} from '../../engine/generation/stopping.ts';
import type {FormPlace} from '../../protocol/values/token.ts';
import {isolate, visibleParts} from '../../ui/tokens/token-text.ts';

/** Blanks as the marks that stand for them in a class. */
const visible = (text: string) =>
	visibleParts(text)
		.map(part => part.shown)
		.join('');

/** Where in its form a text stands, in a sentence. */
export function placeText({isComplete, forced, next}: FormPlace): string {
	if (forced !== '') return t('form_forced', {forced: isolate(visible(forced))});
	if (next === '') return t('form_finished');
	return t(isComplete ? 'form_next_or_end' : 'form_next', {next: isolate(next)});
}

interface Props {
	/** Left out where the continuation is held to no form. */
	form?: FormPlace;
	unfinished?: true;
	finishReason: FinishReason | null;
}

/** How a continuation stands to the form that it is held to, at the foot of its card; nothing once it has ended by the form. */
export function FormNote({form, unfinished, finishReason}: Props) {
	if (!form || finishReason === 'form' || finishReason === 'end-of-text') return null;
	return (
		<>
			{unfinished && <span class="unfinished">{t('popup_unfinished')}</span>}
			<span>{placeText(form)}</span>
		</>
	);
}
