import {useSignal} from '@preact/signals';
import {useEffect} from 'preact/hooks';
import {t} from '../../../client/browser/i18n.ts';
import {count} from '../../../ui/format.ts';

interface Props {
	/** 0 to `last`. */
	at: number;
	last: number;
	onStep(to: number): void;
}

const PACE = 900;

/** Go through the steps of a figure: one back, one on, or by themselves. */
export function Steps({at, last, onStep}: Props) {
	const playing = useSignal(false);
	useEffect(() => {
		if (!playing.value) return;
		if (at >= last) {
			playing.value = false;
			return;
		}
		const timer = setTimeout(() => onStep(at + 1), PACE);
		return () => clearTimeout(timer);
	}, [playing.value, at, last, onStep]);
	const play = () => {
		if (!playing.value && at >= last) onStep(0);
		playing.value = !playing.value;
	};
	return (
		<div class="steps-bar">
			<button type="button" class="button" disabled={at === 0} onClick={() => onStep(0)}>
				{t('walk_step_start')}
			</button>
			<button type="button" class="button" disabled={at === 0} onClick={() => onStep(at - 1)}>
				{t('walk_step_back')}
			</button>
			<button type="button" class="button go" disabled={at >= last} onClick={() => onStep(at + 1)}>
				{t('walk_step_on')}
			</button>
			<button type="button" class="button" disabled={last === 0} onClick={play}>
				{playing.value ? t('walk_step_pause') : t('walk_step_play')}
			</button>
			<span class="quiet small" role="status">
				{t('walk_step_of', {at: count(at), last: count(last)})}
			</span>
		</div>
	);
}
