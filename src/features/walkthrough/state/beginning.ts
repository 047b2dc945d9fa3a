import {computed, type ReadonlySignal} from '@preact/signals';
import type {Engine} from '../../../client/query.ts';
import type {ModelInfo} from '../../../protocol/questions/model.ts';
import type {Method, Params} from '../../../protocol/questions.ts';
import type {Changes} from '../../../protocol/values/changes.ts';
import type {Prompt, Token} from '../../../protocol/values/prompt.ts';
import {type Address, EVERY} from './address.ts';

/** What the model's tokenizer puts before the text, in every chapter. The address keeps whether it is left out: `beginning=off`. */
export interface Beginning {
	readonly tokens: ReadonlySignal<readonly Token[]>;
	readonly isAdded: ReadonlySignal<boolean>;
	/** The engine, asked of texts that begin so. */
	readonly engine: ReadonlySignal<Engine>;
	toggle(): void;
}

export function createBeginning(
	address: Address,
	engine: ReadonlySignal<Engine>,
	model: ReadonlySignal<ModelInfo | null>,
): Beginning {
	const written = address.value(EVERY, 'beginning', '');
	const tokens = computed(() => model.value?.beginning ?? []);
	// Of a model that adds nothing nothing is left out; until it is known the address is believed.
	const isAdded = computed(() => written.value !== 'off' || (model.value !== null && tokens.value.length === 0));
	return {
		tokens,
		isAdded,
		engine: computed(() => (isAdded.value ? engine.value : bareEngine(engine.value))),
		toggle() {
			written.value = isAdded.peek() ? 'off' : '';
		},
	};
}

/** The walk's questions that are about a text and not about a prompt. */
const OF_TEXTS: readonly Method[] = ['score', 'influence', 'biasStep', 'label'];

/** The engine with nothing put before any text. */
const bareEngine = (engine: Engine): Engine => ({
	request: (method, params, options) => engine.request(method, bare(method, params), options),
});

/** A question with nothing put before its texts. */
export function bare<M extends Method>(method: M, params: Params<M>): Params<M> {
	const {prompt, prompts, changes} = params as {prompt?: Prompt; prompts?: readonly Prompt[]; changes?: Changes};
	const off = {addSpecialTokens: false};
	const patch = changes?.patch;
	return {
		...params,
		...(prompt && {prompt: {...prompt, ...off}}),
		...(prompts && {prompts: prompts.map(one => ({...one, ...off}))}),
		...(patch && {changes: {...changes, patch: {...patch, prompt: {...patch.prompt, ...off}}}}),
		...(OF_TEXTS.includes(method) && off),
	};
}
