import {useSignal} from '@preact/signals';
import {t} from '../../client/browser/i18n.ts';
import {DEFAULT_HUB, type HubSettings} from '../../protocol/values/models.ts';
import {ErrorNote} from '../../ui/components/error-note.tsx';
import type {HubSettingsStore} from './hub-settings.ts';

/** Where models come from: the address, the access token, and whether the network may be used at all. */
export function HubSettingsForm({store}: {store: HubSettingsStore}) {
	const error = useSignal<string | null>(null);
	const saved = useSignal(false);
	const settings = store.settings.value;
	async function save(changes: Partial<HubSettings>) {
		try {
			await store.save({...store.settings.peek(), ...changes});
			error.value = null;
			saved.value = true;
		} catch (cause) {
			error.value = (cause as Error).message;
			saved.value = false;
		}
	}
	return (
		<section aria-labelledby="hub-title" class="hub-settings">
			<h2 id="hub-title">{t('models_hub')}</h2>
			<label class="switch-line">
				<input
					type="checkbox"
					checked={settings.offline}
					onChange={event => void save({offline: event.currentTarget.checked})}
				/>
				{t('models_offline_switch')}
			</label>
			<p class="quiet small">{t('models_offline_help')}</p>
			<label>
				{t('models_address')}
				<input
					class="field mono"
					type="url"
					spellcheck={false}
					autocomplete="off"
					value={settings.address}
					placeholder={DEFAULT_HUB}
					onChange={event => void save({address: event.currentTarget.value.trim() || DEFAULT_HUB})}
				/>
			</label>
			<p class="quiet small">{t('models_address_help')}</p>
			<label>
				{t('models_token')}
				<input
					class="field mono"
					type="password"
					spellcheck={false}
					autocomplete="off"
					value={settings.token}
					placeholder="hf_…"
					onChange={event => void save({token: event.currentTarget.value})}
				/>
			</label>
			<p class="quiet small">{t('models_token_help')}</p>
			{error.value && <ErrorNote message={error.value} />}
			<p role="status" class="quiet small">
				{saved.value && t('models_saved')}
			</p>
		</section>
	);
}
