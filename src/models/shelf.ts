import {type ReadonlySignal, signal} from '@preact/signals';
import {FILES_CHANNEL, type HandedFiles, type Offer} from '../protocol/library.ts';
import type {EngineClient} from '../ui/client/engine-client.ts';
import {createQuery} from '../ui/client/query.ts';
import {t} from '../ui/i18n.ts';
import {allowHub, type HubSettingsStore} from './hub-settings.ts';

/** The actions of the page of models. Whatever fails, `error` says why. */
export interface Shelf {
	/** The repository that was looked at; it is fetched only after another click. */
	readonly offer: ReadonlySignal<Offer | null>;
	/** The repository that the Hub is being asked about; null when none is. */
	readonly asking: ReadonlySignal<string | null>;
	readonly error: ReadonlySignal<string | null>;
	/** Look at a repository. Call it in the handler of a click: it may ask for the permission to reach the Hub. */
	inspect(repo: string, revision?: string): Promise<void>;
	/** Fetch the offered model. */
	take(): Promise<void>;
	dismiss(): void;
	pause(id: string): Promise<void>;
	resume(id: string): Promise<void>;
	discard(id: string): Promise<void>;
	remove(id: string): Promise<void>;
	choose(id: string): Promise<void>;
	/** Keep a checkpoint of these files. */
	open(files: readonly {path: string; file: File}[]): Promise<void>;
}

export function createShelf(client: EngineClient, {settings}: HubSettingsStore): Shelf {
	const offer = signal<Offer | null>(null);
	const asking = signal<string | null>(null);
	const error = signal<string | null>(null);
	const channel = new BroadcastChannel(FILES_CHANNEL);
	const query = createQuery(client, 'inspect');

	/** Show the error of an action that fails. */
	async function attempt(action: () => Promise<unknown>): Promise<void> {
		error.value = null;
		try {
			await action();
		} catch (cause) {
			error.value = cause instanceof Error ? cause.message : String(cause);
		}
	}

	const byId = (method: 'pause' | 'resume' | 'discard' | 'remove' | 'choose') => (id: string) =>
		attempt(() => client.request(method, {id}));

	return {
		offer,
		asking,
		error,
		inspect: (repo, revision = 'main') =>
			attempt(async () => {
				const hub = settings.peek();
				if (hub.offline) throw new Error(t('models_offline'));
				if (!(await allowHub(hub))) throw new Error(t('models_not_allowed', new URL(hub.address).host));
				offer.value = null;
				asking.value = repo;
				await query.ask(
					{repo, revision},
					{
						onAnswer(found) {
							offer.value = found;
							asking.value = null;
						},
						onError(failure) {
							error.value = failure.message;
							asking.value = null;
						},
					},
				);
			}),
		take: () =>
			attempt(async () => {
				const taken = offer.peek();
				if (!taken) return;
				await client.request('download', {repo: taken.repo, revision: taken.revision});
				offer.value = null;
			}),
		dismiss() {
			offer.value = null;
			error.value = null;
		},
		pause: byId('pause'),
		resume: byId('resume'),
		discard: byId('discard'),
		remove: byId('remove'),
		choose: byId('choose'),
		open: files =>
			attempt(async () => {
				// The worker must listen before files are handed over: a port cannot carry them.
				await firstState(client);
				const key = crypto.randomUUID();
				channel.postMessage({key, files} satisfies HandedFiles);
				const [first] = files;
				const name = first.path.includes('/') ? first.path.split('/')[0] : t('models_disk_name');
				await client.request('importFiles', {key, name});
			}),
	};
}

/** Resolves once the library's worker answers. */
function firstState(client: EngineClient): Promise<void> {
	const controller = new AbortController();
	return new Promise((resolve, reject) => {
		client
			.request(
				'library',
				{},
				{
					signal: controller.signal,
					onEvent() {
						resolve();
						controller.abort();
					},
				},
			)
			.catch(reject);
	});
}
