import {useSignal} from '@preact/signals';
import {useEffect} from 'preact/hooks';
import {t} from '../../../client/browser/i18n.ts';
import {importFiles} from '../../../client/import-files.ts';
import {watchLibrary} from '../../../client/watch-library.ts';
import {downloadBlob} from '../../../ui/download.ts';
import {count} from '../../../ui/format.ts';
import type {Walk} from '../state/walk.ts';
import type {CheckpointFile} from './trainer/hugging-face.ts';
import type {Training} from './training.ts';

const fileOf = ({name, bytes}: CheckpointFile) => new File([bytes as Uint8Array<ArrayBuffer>], name);

/** What became of the model that was kept: the library takes a moment. */
type Kept =
	| {kind: 'none'}
	| {kind: 'waits'; id: string; name: string}
	| {kind: 'kept'; id: string; name: string}
	| {kind: 'failed'; why: string};

/** Takes what was trained along: as a model of the library, which then answers anywhere, or as files. */
export function Keep({training, walk}: {training: Training; walk: Walk}) {
	const {engine} = walk;
	const kept = useSignal<Kept>({kind: 'none'});
	const fail = (cause: unknown) => {
		kept.value = {kind: 'failed', why: cause instanceof Error ? cause.message : String(cause)};
	};
	async function keep() {
		try {
			const {step, files} = await training.save();
			const name = t('walk_train_model_name', {step: count(step)});
			const handed = files.map(file => ({path: file.name, file: fileOf(file)}));
			kept.value = {kind: 'waits', id: await importFiles(engine, name, handed), name};
		} catch (cause) {
			fail(cause);
		}
	}
	async function saveFiles() {
		try {
			const {files} = await training.save();
			for (const file of files) downloadBlob(file.name, fileOf(file));
		} catch (cause) {
			fail(cause);
		}
	}
	const waits = kept.value.kind === 'waits' ? kept.value : null;
	useEffect(() => {
		if (!waits) return;
		const library = watchLibrary(engine);
		const stop = library.state.subscribe(state => {
			const download = state?.downloads.find(({id}) => id === waits.id);
			if (state?.models.some(({id}) => id === waits.id)) kept.value = {...waits, kind: 'kept'};
			else if (download?.phase === 'failed') fail(t('walk_train_not_kept'));
		});
		return () => {
			stop();
			library.dispose();
		};
	}, [waits?.id]);
	const isUntrained = training.step.value === 0;
	return (
		<div class="keep">
			<button type="button" class="button" disabled={isUntrained || waits !== null} onClick={() => void keep()}>
				{t('walk_train_keep')}
			</button>
			<button type="button" class="button" disabled={isUntrained} onClick={() => void saveFiles()}>
				{t('walk_train_save')}
			</button>
			<p role="status" class="small">
				{kept.value.kind === 'waits' && t('walk_train_keeping')}
				{kept.value.kind === 'failed' && kept.value.why}
				{kept.value.kind === 'kept' && (
					<>
						{t('walk_train_kept', {name: kept.value.name})} <Choose id={kept.value.id} walk={walk} onFail={fail} />
					</>
				)}
			</p>
		</div>
	);
}

/** Lets the model that was kept answer from now on, in the walk's loop too. */
function Choose({id, walk, onFail}: {id: string; walk: Walk; onFail(cause: unknown): void}) {
	const isChosen = useSignal(false);
	const choose = () =>
		walk.engine.request('choose', {id}).then(() => {
			isChosen.value = true;
		}, onFail);
	return isChosen.value ? (
		<span>
			{t('walk_train_answers')}{' '}
			<button
				type="button"
				class="link"
				onClick={() => {
					walk.address.chapter.value = 'loop';
				}}
			>
				{t('walk_train_loop')}
			</button>
		</span>
	) : (
		<button type="button" class="link" onClick={() => void choose()}>
			{t('walk_train_choose')}
		</button>
	);
}
