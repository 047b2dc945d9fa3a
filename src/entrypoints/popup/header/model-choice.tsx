import {useSignal} from '@preact/signals';
import {useEffect, useMemo} from 'preact/hooks';
import {t} from '../../../client/browser/i18n.ts';
import {openModels} from '../../../client/browser/tabs.ts';
import type {EngineClient} from '../../../client/engine-client.ts';
import {watchLibrary} from '../../../client/watch-library.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';

/** Switches between the stored models; the page of models has everything else. */
export function ModelChoice({engine}: {engine: EngineClient}) {
	const library = useMemo(() => watchLibrary(engine), [engine]);
	useEffect(() => library.dispose, [library]);
	const failed = useSignal<string | null>(null);
	const state = library.state.value;
	return (
		<div class="model-choice">
			<label>
				{t('popup_model_choose')}{' '}
				<select
					class="field"
					disabled={!state}
					value={state?.active}
					onChange={event => {
						engine.request('choose', {id: event.currentTarget.value}).then(
							() => {
								failed.value = null;
							},
							error => {
								failed.value = (error as Error).message;
							},
						);
					}}
				>
					{state?.models.map(({id, name, damaged}) => (
						<option key={id} value={id} disabled={damaged}>
							{name}
						</option>
					))}
				</select>
			</label>
			<button type="button" class="link" onClick={() => void openModels()}>
				{t('popup_model_all')}
			</button>
			{failed.value && <ErrorNote message={failed.value} />}
		</div>
	);
}
