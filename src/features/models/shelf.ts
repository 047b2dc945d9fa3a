import {effect, type ReadonlySignal, signal} from '@preact/signals';
import {t} from '../../client/browser/i18n.ts';
import {importFiles} from '../../client/import-files.ts';
import {createQuery, type Engine} from '../../client/query.ts';
import type {Offer} from '../../protocol/values/models.ts';
import {allowHub, type HubSettingsStore} from './hub-settings.ts';

/** Something said on the page, with the place of the button that it answers: a repository, a model's id, or one of these. */
interface Said<T> {
	at: string;
	what: T;
}
export const ANY_REPOSITORY = 'any';
export const DISK = 'disk';

/** The actions of the page of models. Whatever fails, `error` says why. */
export interface Shelf {
	/** The repository that was looked at; it is fetched only after another click. */
	readonly offer: ReadonlySignal<Said<Offer> | null>;
	/** The repository that the Hub is being asked about; null while it is asked nothing. */
	readonly asking: ReadonlySignal<Said<string> | null>;
	readonly error: ReadonlySignal<Said<string> | null>;
	/** Id of the download that the last click began. */
	readonly begun: ReadonlySignal<string | null>;
	/** Look at a repository. Call it in the handler of a click: it may ask for the permission to reach the Hub. */
	inspect(at: string, repo: string, revision?: string): Promise<void>;
	/** Fetch the offered model. */
	take(): Promise<void>;
	/** Both at once, where the button has said what is fetched and how large it is; where it cannot be had, the offer stays and says why. */
	get(at: string, repo: string, revision: string): Promise<void>;
	/** Put away what was said, and take back what the Hub is being asked. */
	dismiss(): void;
	pause(id: string): Promise<void>;
	resume(id: string): Promise<void>;
	discard(id: string): Promise<void>;
	remove(id: string): Promise<void>;
	choose(id: string): Promise<void>;
	/** Keep a checkpoint of these files. */
	open(files: readonly {path: string; file: File}[]): Promise<void>;
}

export function createShelf(client: Engine, {settings}: HubSettingsStore): Shelf {
	const offer = signal<Said<Offer> | null>(null);
	const asking = signal<Said<string> | null>(null);
	const error = signal<Said<string> | null>(null);
	const begun = signal<string | null>(null);
	const query = createQuery(client, 'inspect');

	/** Show the error of an action that fails. */
	async function attempt(at: string, action: () => Promise<unknown>): Promise<void> {
		error.value = null;
		try {
			await action();
		} catch (cause) {
			error.value = {at, what: cause instanceof Error ? cause.message : String(cause)};
		}
	}

	const byId = (method: 'pause' | 'resume' | 'discard' | 'remove' | 'choose') => (id: string) =>
		attempt(id, () => client.request(method, {id}));

	function dismiss() {
		query.cancel();
		asking.value = null;
		offer.value = null;
		error.value = null;
	}

	// Switched off, the network answers no question that is on its way.
	effect(() => {
		const asked = asking.peek();
		if (!settings.value.offline || asked === null) return;
		dismiss();
		error.value = {at: asked.at, what: t('models_offline')};
	});

	const inspect = (at: string, repo: string, revision = 'main') =>
		attempt(at, async () => {
			const hub = settings.peek();
			if (hub.offline) throw new Error(t('models_offline'));
			if (!(await allowHub(hub))) throw new Error(t('models_not_allowed', {host: new URL(hub.address).host}));
			offer.value = null;
			asking.value = {at, what: repo};
			await query.ask(
				{repo, revision},
				{
					onAnswer(found) {
						offer.value = {at, what: found};
						asking.value = null;
					},
					onError(failure) {
						error.value = {at, what: failure.message};
						asking.value = null;
					},
				},
			);
		});

	async function take() {
		const taken = offer.peek();
		if (!taken) return;
		const {repo, revision, commit} = taken.what;
		await attempt(taken.at, async () => {
			const {id} = await client.request('download', {repo, revision, commit});
			begun.value = id;
			offer.value = null;
		});
	}

	return {
		offer,
		asking,
		error,
		begun,
		inspect,
		take,
		async get(at, repo, revision) {
			await inspect(at, repo, revision);
			if (offer.peek()?.what.refusal === null) await take();
		},
		dismiss,
		pause: byId('pause'),
		resume: byId('resume'),
		discard: byId('discard'),
		remove: byId('remove'),
		choose: byId('choose'),
		open: files =>
			attempt(DISK, async () => {
				const [first] = files;
				const [folder, ...inside] = first.path.split('/');
				const gguf = files.length === 1 && inside.length === 0 && /^(.+)\.gguf$/.exec(folder);
				const name = gguf ? gguf[1] : inside.length > 0 ? folder : t('models_disk_name');
				begun.value = await importFiles(client, name, files);
			}),
	};
}
