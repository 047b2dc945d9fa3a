import {t} from '../../../client/browser/i18n.ts';

/** How much of something long is done, in words with its numbers, and the way to stop it. */
export const Counted = ({text, onStop}: {text: string; onStop(): void}) => (
	<div class="controls">
		<span role="status">{text}</span>
		<button type="button" class="button" onClick={onStop}>
			{t('walk_cancel')}
		</button>
	</div>
);
