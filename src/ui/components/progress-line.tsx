import type {Progress} from '../../protocol/engine.ts';
import {bytes, count} from '../format.ts';
import {t} from '../i18n.ts';

/** How far the engine is, in words: `reading 312 of 480 tokens`. */
export function progressText(progress: Progress | null): string {
	if (!progress) return t('common_progress_waiting');
	const {phase, done, total} = progress;
	if (phase === 'model') return t('common_progress_model', bytes(done), bytes(total));
	return t(phase === 'prompt' ? 'common_progress_prompt' : 'common_progress_passage', count(done), count(total));
}

/** Waiting, shown where the answer will be; `progress` is null until the engine reports some. */
export function ProgressLine({progress}: {progress: Progress | null}) {
	const done = progress && progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0;
	const text = progressText(progress);
	return (
		<div
			class="progress"
			role="progressbar"
			aria-label={t('common_progress_label')}
			aria-valuemin={0}
			aria-valuemax={1}
			aria-valuenow={progress ? done : undefined}
			aria-valuetext={text}
		>
			{text}
			<i style={`--done: ${done}`} />
		</div>
	);
}
