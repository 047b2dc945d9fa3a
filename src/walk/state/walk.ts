import {computed, type ReadonlySignal, signal} from '@preact/signals';
import {type Generation, NEUTRAL_GENERATION} from '../../parameters/registry.ts';
import type {ModelInfo} from '../../protocol/engine.ts';
import type {SettingsStore} from '../../settings/storage.ts';
import type {EngineClient} from '../../ui/client/engine-client.ts';
import {createQuery} from '../../ui/client/query.ts';
import type {Address} from './address.ts';

/** What every chapter works with. */
export interface Walk {
	readonly engine: EngineClient;
	readonly address: Address;
	/** The reader's text. */
	readonly text: ReadonlySignal<string>;
	readonly model: ReadonlySignal<ModelInfo | null>;
	/** The reader's own settings of generation. */
	readonly generation: ReadonlySignal<Generation>;
	dispose(): void;
}

/** Nothing is cut and nothing is drawn: the model's own distribution. */
export const PLAIN = {...NEUTRAL_GENERATION, maxNewTokens: 1};

/** A text as a prompt. */
export const promptOf = (text: string) => ({text, appended: []});

export function createWalk(engine: EngineClient, address: Address, settings: SettingsStore): Walk {
	const model = signal<ModelInfo | null>(null);
	const query = createQuery(engine, 'model');
	void query.ask(
		{},
		{
			onAnswer: info => {
				model.value = info;
			},
		},
	);
	return {
		engine,
		address,
		text: address.text,
		model,
		generation: computed(() => settings.settings.value.generation),
		dispose() {
			settings.dispose();
			query.cancel();
			address.dispose();
			engine.dispose();
		},
	};
}
