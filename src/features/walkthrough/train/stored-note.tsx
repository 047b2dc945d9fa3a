import {number, t, tn} from '../../../client/browser/i18n.ts';
import type {Training} from './training.ts';

/** What is stored of a training: what was found when it began, and how many of its own steps are. */
export function StoredNote({training}: {training: Training}) {
	const stored = training.stored.value;
	return (
		<>
			<p role="status">
				<Found training={training} />
				{stored && 'why' in stored && t('walk_train_not_stored', {why: stored.why})}
			</p>
			{stored && 'step' in stored && <p class="quiet small">{tn('walk_train_stored', stored.step)}</p>}
		</>
	);
}

/** Told until the next step is done. */
function Found({training}: {training: Training}) {
	const found = training.found.value;
	const step = training.step.value;
	if (found?.kind === 'same') return found.step === step ? tn('walk_train_found', step) : null;
	if (found === null || step > 0) return null;
	if (found.kind === 'unreadable') return t('walk_train_found_unreadable');
	const {isSameText, seed, learningRate} = found;
	return tn(isSameText ? 'walk_train_found_numbers' : 'walk_train_found_text', found.step, {
		seed,
		learningRate: number(learningRate),
	});
}
