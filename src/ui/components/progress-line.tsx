import {t} from '../../client/browser/i18n.ts';
import type {Progress} from '../../protocol/values/prompt.ts';
import {bytes, count} from '../format.ts';
import {ProgressBar} from './progress-bar.tsx';

/** How far the engine is, in words: `reading 312 of 480 tokens`. */
export function progressText(progress: Progress | null): string {
	if (!progress) return t('common_progress_waiting');
	const {phase, done, total} = progress;
	if (phase === 'model') return t('common_progress_model', {done: bytes(done), total: bytes(total)});
	return t(phase === 'prompt' ? 'common_progress_prompt' : 'common_progress_passage', {
		done: count(done),
		total: count(total),
	});
}

/** Waiting, shown where the answer will be; `progress` is null until the engine reports some. */
export function ProgressLine({progress}: {progress: Progress | null}) {
	const share = progress && progress.total > 0 ? Math.min(1, progress.done / progress.total) : undefined;
	return <ProgressBar label={t('common_progress_label')} done={share} text={progressText(progress)} />;
}
