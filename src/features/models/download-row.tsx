import {refusalText} from '../../client/browser/error-text.ts';
import {details, t} from '../../client/browser/i18n.ts';
import type {Download} from '../../protocol/values/models.ts';
import {ProgressBar} from '../../ui/components/progress-bar.tsx';
import {bytes, duration, percent} from '../../ui/format.ts';
import {Answer} from './answer.tsx';
import {ConfirmButton} from './confirm-button.tsx';
import type {Shelf} from './shelf.ts';
import {takeFocus} from './take-focus.ts';

/** A download: how far, how fast, how long still, and what can be done with it. */
export function DownloadRow({download, shelf}: {download: Download; shelf: Shelf}) {
	const {id, name, repo, phase, done, total, rate, refusals} = download;
	const share = total > 0 ? Math.min(1, done / total) : 0;
	const text = progressText(download);
	return (
		<li class="model-row" tabIndex={-1} ref={shelf.begun.value === id ? takeFocus : undefined}>
			<div>
				<b class="mono">{name}</b>
				<ProgressBar label={t('models_downloading', {name})} done={share} text={text}>
					{details(text, rate > 0 && total > done && t('common_left', {left: duration((total - done) / rate)}))}
				</ProgressBar>
				{refusals && (
					<p class={phase === 'failed' ? 'bad' : 'quiet'} role={phase === 'failed' ? 'alert' : 'status'}>
						{refusalText(refusals)}
					</p>
				)}
			</div>
			<div class="buttons">
				{repo !== null && phase === 'fetching' && (
					<button type="button" class="button" onClick={() => void shelf.pause(id)}>
						{t('models_pause')}
					</button>
				)}
				{(phase === 'paused' || phase === 'failed') && (
					<button type="button" class="button" onClick={() => void shelf.resume(id)}>
						{t('models_resume')}
					</button>
				)}
				{phase !== 'discarded' && (
					<ConfirmButton
						label={t('models_discard')}
						name={t('models_discard_named', {name})}
						sure={t('models_discard_sure', {done: bytes(done)})}
						onConfirm={() => void shelf.discard(id)}
					/>
				)}
			</div>
			<Answer at={id} shelf={shelf} />
		</li>
	);
}

function progressText({phase, done, total, rate}: Download): string {
	const far = t('models_progress', {
		done: bytes(done),
		total: bytes(total),
		share: percent(total > 0 ? done / total : 0),
	});
	if (phase === 'paused') return details(far, t('models_paused'));
	if (phase === 'sealing') return details(far, t('models_sealing'));
	if (phase === 'discarded') return details(far, t('models_discarding'));
	return details(far, rate > 0 && t('models_rate', {rate: bytes(rate)}));
}
