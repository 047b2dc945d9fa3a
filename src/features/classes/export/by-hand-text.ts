import {t} from '../../../client/browser/i18n.ts';
import type {Settings} from '../../../client/settings/settings.ts';
import {decimal} from '../../../ui/format.ts';
import {isolate, visibleParts, visibleToken} from '../../../ui/tokens/token-text.ts';
import type {Hand} from '../../prompt/biases.ts';
import {signed} from '../push.tsx';

/** What a person did to the distribution, and the form that it is held to, in a few words each: for a caption. */
export function byHandText({pushed, forbidden, guidance}: Hand, {formKind}: Pick<Settings, 'formKind'>): string[] {
	const word = (tokens: Hand['pushed'][number]['tokens']) => isolate(tokens.map(visibleToken).join(''));
	const against = (text: string) =>
		isolate(
			visibleParts(text)
				.map(part => part.shown)
				.join(''),
		);
	return [
		...pushed.map(({tokens, bias}) => `${word(tokens)} ${signed(bias)}`),
		...forbidden.map(({token, at}) =>
			t(at === 'every-step' ? 'hand_text_never' : 'hand_text_first', {token: word([token])}),
		),
		...(guidance
			? [t('hand_text_against', {against: against(guidance.against), scale: decimal(guidance.scale, 1)})]
			: []),
		...(formKind === 'none'
			? []
			: [t('options_named_choice', {name: t('options_formKind'), value: t(`options_formKind_${formKind}`)})]),
	];
}
