import {batch, computed, type ReadonlySignal, signal} from '@preact/signals';
import type {EngineClient} from '../../../client/engine-client.ts';
import {createQuery, type Engine} from '../../../client/query.ts';
import type {SettingsStore} from '../../../client/settings/storage.ts';
import {type Generation, generationOf, NEUTRAL_GENERATION} from '../../../engine/parameters/registry.ts';
import type {ModelInfo} from '../../../protocol/questions/model.ts';
import {createLesson, type Lesson} from '../lesson/lesson.ts';
import type {Address} from './address.ts';
import {type Beginning, createBeginning} from './beginning.ts';
import {type Body, createBody} from './changes.ts';

/** What every chapter works with. */
export interface Walk {
	/** Replaced when another model answers, or texts begin otherwise, so that every chapter asks again. */
	readonly engine: Engine;
	readonly address: Address;
	/** The tab of the page that the reader came from; null where there is none. */
	readonly page: number | null;
	/** The reader's text. */
	readonly text: ReadonlySignal<string>;
	readonly model: ReadonlySignal<ModelInfo | null>;
	/** The reader's own settings of generation. */
	readonly generation: ReadonlySignal<Generation>;
	/** Whether single letters are keys of the page. */
	readonly letterKeys: ReadonlySignal<boolean>;
	readonly lesson: Lesson;
	/** What comes before every text. */
	readonly beginning: Beginning;
	/** Which parts of the model's body are off. */
	readonly body: Body;
	/** Another model was chosen: everything is asked again, of it. */
	onModelChange(): void;
	dispose(): void;
}

/** Nothing is cut and nothing is drawn: the model's own distribution. */
export const PLAIN = {...NEUTRAL_GENERATION, maxNewTokens: 1};

/** A text as a prompt. */
export const promptOf = (text: string) => ({text, appended: []});

export function createWalk(
	engine: EngineClient,
	address: Address,
	settings: SettingsStore,
	{lesson = createLesson(), page = null}: {lesson?: Lesson; page?: number | null} = {},
): Walk {
	const model = signal<ModelInfo | null>(null);
	const query = createQuery(engine, 'model');
	const ask = () =>
		query.ask(
			{},
			{
				onAnswer: info => {
					model.value = info;
				},
			},
		);
	void ask();
	const asking = signal<Engine>(engine);
	const beginning = createBeginning(address, asking, model);
	return {
		get engine() {
			return beginning.engine.value;
		},
		address,
		lesson,
		page,
		beginning,
		body: createBody(address, beginning.engine, model),
		text: address.text,
		model,
		generation: computed(() => generationOf(settings.settings.value)),
		letterKeys: computed(() => settings.settings.value.loopKeys),
		onModelChange() {
			batch(() => {
				model.value = null;
				asking.value = {request: engine.request.bind(engine)};
			});
			void ask();
		},
		dispose() {
			settings.dispose();
			query.cancel();
			address.dispose();
			engine.dispose();
		},
	};
}
