import {type ReadonlySignal, signal} from '@preact/signals';
import {NEUTRAL_GENERATION} from '../../parameters/registry.ts';
import type {ModelInfo} from '../../protocol/engine.ts';
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
	dispose(): void;
}

/** Nothing is cut and nothing is drawn: the model's own distribution. */
export const PLAIN = {...NEUTRAL_GENERATION, maxNewTokens: 1};

/** A text as a prompt. */
export const promptOf = (text: string) => ({text, appended: []});

export function createWalk(engine: EngineClient, address: Address): Walk {
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
		dispose() {
			query.cancel();
			address.dispose();
			engine.dispose();
		},
	};
}
