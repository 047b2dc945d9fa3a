import {computed} from '@preact/signals';
import {type ContinuationsStore, createContinuationsStore} from '../../features/continuations/continuations-store.ts';
import {createPassageStore, type PassageStore} from '../../features/passage/passage-store.ts';
import {createWorkspace, type Workspace, type WorkspaceParts} from '../../features/prompt/workspace.ts';
import {createStrategiesStore, type StrategiesStore} from '../../features/strategies/store.ts';

/** The workspace, and the store of each view that has its own. Lives as long as its page. */
export interface App extends Workspace {
	readonly continuations: ContinuationsStore;
	readonly strategies: StrategiesStore;
	readonly passage: PassageStore;
}

/** Tie the parts of a page together. */
export function createApp(parts: WorkspaceParts): App {
	const workspace = createWorkspace(parts);
	const {engine, session, prompt, asked, ready, shownTab} = workspace;
	const shared = {engine, session, prompt, settings: asked, ready};
	const visible = computed(() => shownTab.value === 'continuations');
	const continuations = createContinuationsStore({...shared, visible});
	const strategies = createStrategiesStore(shared);
	const passage = createPassageStore(shared);
	return {
		...workspace,
		continuations,
		strategies,
		passage,
		dispose() {
			passage.dispose();
			strategies.dispose();
			continuations.dispose();
			workspace.dispose();
		},
	};
}
