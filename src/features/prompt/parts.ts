import type {ReadonlySignal} from '@preact/signals';
import type {EngineClient} from '../../client/engine-client.ts';
import type {Settings} from '../../client/settings/settings.ts';
import type {PromptStore} from './prompt-store.ts';
import type {Session} from './session.ts';

/** The parts that the stores of a page share. */
export interface StoreParts {
	engine: EngineClient;
	session: Session;
	prompt: PromptStore;
	settings: ReadonlySignal<Settings>;
	/** Nothing is asked before this is true. */
	ready: ReadonlySignal<boolean>;
}
