import {useSignal} from '@preact/signals';
import {t, tn} from '../../../client/browser/i18n.ts';
import type {Workspace} from '../../../features/prompt/workspace.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {ModelCard} from '../../../ui/components/model-card.tsx';
import {bytes, count} from '../../../ui/format.ts';
import {ModelChoice} from './model-choice.tsx';

/** Names the model that answers, in one line; opens its details. */
export function ModelPill({app, open, onToggle}: {app: Workspace; open: boolean; onToggle(): void}) {
	const info = app.model.value;
	const failed = app.modelError.value !== null && info === null;
	const state = failed ? 'failed' : info ? 'there' : 'waiting';
	return (
		<button type="button" class="model-pill" aria-expanded={open} aria-controls="model-info" onClick={onToggle}>
			<i class={state} aria-hidden="true" />
			<span class="which">
				<span class="name">
					{failed
						? t('popup_model_failed')
						: info
							? t('popup_model_pill', {id: info.id, dtype: info.dtype})
							: t('popup_model_waiting')}
				</span>
				{info && <span>{t('popup_model_here')}</span>}
			</span>
			<span aria-hidden="true">{open ? '▴' : '▾'}</span>
		</button>
	);
}

/** The model's numbers, and its card as its maker wrote it. */
export function ModelInfo({app}: {app: Workspace}) {
	const info = app.model.value;
	const error = app.modelError.value;
	const cardShown = useSignal(false);
	return (
		<section id="model-info" class="model-info" aria-label={t('popup_model')}>
			<ModelChoice engine={app.engine} />
			{info ? (
				<>
					<dl class="model-figures numbers">
						<dt>{t('popup_model_name')}</dt>
						<dd>{info.id}</dd>
						<dt>{t('popup_model_dtype')}</dt>
						<dd>
							{info.dtype === 'int8'
								? t('popup_model_int8')
								: info.dtype === 'fp32'
									? t('popup_model_fp32')
									: info.dtype}
						</dd>
						{info.parameters !== null && (
							<>
								<dt>{t('popup_model_parameters')}</dt>
								<dd>{count(info.parameters)}</dd>
							</>
						)}
						<dt>{t('popup_model_shape')}</dt>
						<dd>
							{t('popup_model_shape_value', {
								layers: count(info.layers),
								heads: count(info.heads),
								hiddenSize: count(info.hiddenSize),
							})}
						</dd>
						<dt>{t('popup_model_vocabulary')}</dt>
						<dd>{tn('popup_classes_count', info.vocabSize)}</dd>
						<dt>{t('popup_model_context')}</dt>
						<dd>{tn('popup_tokens', info.contextLength)}</dd>
						<dt>{t('popup_model_memory')}</dt>
						<dd>{bytes(info.weightBytes)}</dd>
						<dt>{t('popup_model_threads')}</dt>
						<dd>{count(info.threads)}</dd>
					</dl>
					<p class="small">{t('popup_model_local')}</p>
					{!info.sharesPrefix && <p class="small">{t('popup_model_onnx')}</p>}
					<button
						type="button"
						class="link"
						aria-expanded={cardShown.value}
						onClick={() => {
							cardShown.value = !cardShown.value;
						}}
					>
						{t(cardShown.value ? 'popup_model_card_hide' : 'popup_model_card_show')}
					</button>
					{cardShown.value && (
						<section class="model-card" aria-label={t('popup_model_card')}>
							<ModelCard markdown={info.card} />
						</section>
					)}
				</>
			) : error ? (
				<ErrorNote message={error.message} action={{label: t('common_retry'), run: app.retryModel}} />
			) : (
				<p class="quiet">{t('common_progress_waiting')}</p>
			)}
		</section>
	);
}
