import type {ComponentChildren} from 'preact';
import {t, tn} from '../../../client/browser/i18n.ts';
import {count} from '../../../ui/format.ts';
import type {Slots} from './slots.ts';
import {StoredNote} from './stored-note.tsx';
import type {Training} from './training.ts';

interface Props {
	training: Training;
	slots: Slots;
	canTrain: boolean;
	/** The text, the seed or the rate is another one than that of the training. */
	isChanged: boolean;
	onReset(): void;
	/** What can be done with the model. */
	children: ComponentChildren;
}

/** Go on, pause, a single step; what the training depends on; how far it is. */
export function ControlBar({training, slots, canTrain, isChanged, onReset, children}: Props) {
	const step = training.step.value;
	const isRunning = training.isRunning.value;
	const pace = isRunning ? training.pace : null;
	const isFresh = step === 0 && !isChanged && training.found.value === null;
	return (
		<section class="train-bar" aria-label={t('walk_train_controls')}>
			<div class="train-row">
				<button
					type="button"
					class="button go"
					disabled={!canTrain || training.isLost.value}
					onClick={() => (isRunning ? training.pause() : training.run(null))}
				>
					{isRunning ? t('walk_train_pause') : step === 0 ? t('walk_train_start') : t('walk_train_go_on')}
				</button>
				<button
					type="button"
					class="button"
					disabled={!canTrain || isRunning || training.isLost.value}
					onClick={() => training.run(1)}
				>
					{t('walk_train_step')}
				</button>
				<Field label={t('walk_training_rate')} slot={slots.rate} />
				<Field label={t('walk_train_seed')} slot={slots.seed} />
				<span>
					<b>{tn('walk_train_steps', step)}</b>
					{pace !== null && <span class="quiet"> · {t('walk_train_pace', {pace: count(Math.round(pace))})}</span>}
				</span>
				<button type="button" class="button" disabled={!canTrain || isFresh} onClick={onReset}>
					{t('walk_train_reset')}
				</button>
				{children}
			</div>
			{isChanged && step > 0 && <p role="status">{t('walk_train_changed')}</p>}
			<StoredNote training={training} />
			{training.isLost.value && <p role="alert">{t('walk_train_lost')}</p>}
		</section>
	);
}

const Field = ({label, slot}: {label: string; slot: {value: string}}) => (
	<label class="train-field">
		<span>{label}</span>
		<input
			class="field"
			inputMode="decimal"
			value={slot.value}
			onChange={event => {
				slot.value = event.currentTarget.value;
			}}
		/>
	</label>
);
