import {useSignal} from '@preact/signals';
import {type PlainKey, t} from '../../../client/browser/i18n.ts';

/** A question to a class, and its answer, which waits until it is asked for. */
export function Question({question, answer}: {question: PlainKey; answer: PlainKey}) {
	const shown = useSignal(false);
	return (
		<section class="question" aria-label={t('walk_class_question')}>
			<p>{t(question)}</p>
			<button
				type="button"
				class="button"
				aria-expanded={shown.value}
				onClick={() => {
					shown.value = !shown.value;
				}}
			>
				{t(shown.value ? 'walk_class_hide' : 'walk_class_answer')}
			</button>
			<p role="status">{shown.value && t(answer)}</p>
		</section>
	);
}
