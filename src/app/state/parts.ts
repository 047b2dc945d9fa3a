import type {ReadonlySignal} from '@preact/signals';
import type {Settings} from '../../settings/settings.ts';
import type {EngineClient} from '../../ui/client/engine-client.ts';
import type {PromptStore} from './prompt-store.ts';
import type {Session} from './session.ts';

/** What the stores of a page work with. */
export interface StoreParts {
	engine: EngineClient;
	session: Session;
	prompt: PromptStore;
	settings: ReadonlySignal<Settings>;
	/** Nothing is asked before this is true. */
	ready: ReadonlySignal<boolean>;
}
