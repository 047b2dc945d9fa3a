import {details, t} from '../../client/browser/i18n.ts';
import type {StoredModel} from '../../protocol/values/models.ts';
import {bytes, count} from '../../ui/format.ts';
import {Answer} from './answer.tsx';
import {ConfirmButton} from './confirm-button.tsx';
import type {Shelf} from './shelf.ts';

/** A stored model: its name, its size, and the buttons to choose and remove it. */
export function StoredRow({model, active, shelf}: {model: StoredModel; active: boolean; shelf: Shelf}) {
	const {id, name, source, damaged} = model;
	return (
		<li class="model-row" data-model={id}>
			<label>
				<input
					type="radio"
					name="active-model"
					checked={active}
					disabled={damaged}
					onChange={() => void shelf.choose(id)}
				/>
				<span>
					<b class="mono">{name}</b> {active && !damaged && <span class="quiet">{t('models_active')}</span>}
					<span class="quiet small numbers">
						{details(
							model.parameters !== null && t('models_parameters', {parameters: count(model.parameters)}),
							t('models_stored_sizes', {bytes: bytes(model.bytes), memory: bytes(model.memory)}),
							t('models_context', {contextLength: count(model.contextLength)}),
							originOf(model),
						)}
					</span>
					{damaged && <span class="bad">{t('models_damaged')}</span>}
				</span>
			</label>
			{source.kind !== 'bundled' && (
				<div class="buttons">
					{damaged && source.kind === 'hub' && (
						<button type="button" class="button" onClick={() => void shelf.inspect(id, source.repo, source.commit)}>
							{t('models_fetch_again')}
						</button>
					)}
					<ConfirmButton
						label={t('models_remove')}
						name={t('models_remove_named', {name})}
						sure={t('models_remove_sure', {bytes: bytes(model.bytes)})}
						onConfirm={() => void shelf.remove(id)}
					/>
				</div>
			)}
			<Answer at={id} shelf={shelf} />
		</li>
	);
}

function originOf({source, date, licence}: StoredModel): string {
	if (source.kind === 'bundled') return t('models_bundled');
	const day = date.slice(0, 10);
	if (source.kind === 'disk') return t('models_from_disk', {day});
	return t('models_from_hub', {
		host: new URL(source.address).host,
		commit: source.commit.slice(0, 12),
		day,
		licence: licence ?? t('models_licence_unknown'),
	});
}
