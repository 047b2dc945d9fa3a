import {useSignal} from '@preact/signals';
import {useRef} from 'preact/hooks';
import {t} from '../../client/browser/i18n.ts';
import {Answer} from './answer.tsx';
import {DISK, type Shelf} from './shelf.ts';

interface Chosen {
	path: string;
	file: File;
}

/** A checkpoint of the disk: a folder or its files, chosen or dropped here. */
export function FromDisk({shelf}: {shelf: Shelf}) {
	const files = useRef<HTMLInputElement>(null);
	const folder = useRef<HTMLInputElement>(null);
	const over = useSignal(false);
	const open = (chosen: readonly Chosen[]) => {
		if (chosen.length > 0) void shelf.open(chosen);
	};
	const picked = (input: HTMLInputElement) => {
		open([...(input.files ?? [])].map(file => ({path: file.webkitRelativePath || file.name, file})));
		input.value = '';
	};
	return (
		<section
			class={over.value ? 'from-disk over' : 'from-disk'}
			aria-labelledby="disk-title"
			onDragOver={event => {
				event.preventDefault();
				over.value = true;
			}}
			onDragLeave={() => {
				over.value = false;
			}}
			onDrop={async event => {
				event.preventDefault();
				over.value = false;
				// The list is emptied when the handler returns, so the entries are taken first.
				const dropped = [...(event.dataTransfer?.items ?? [])].map(item => ({
					entry: item.webkitGetAsEntry(),
					file: item.getAsFile(),
				}));
				open((await Promise.all(dropped.map(filesOfDropped))).flat());
			}}
		>
			<h3 id="disk-title">{t('models_disk')}</h3>
			<p class="quiet small">{t('models_disk_help')}</p>
			<div class="buttons">
				<button type="button" class="button" onClick={() => folder.current?.click()}>
					{t('models_disk_folder')}
				</button>
				<button type="button" class="button" onClick={() => files.current?.click()}>
					{t('models_disk_files')}
				</button>
			</div>
			<Answer at={DISK} shelf={shelf} />
			<input
				ref={files}
				type="file"
				multiple
				hidden
				aria-label={t('models_disk_files')}
				accept=".json,.safetensors,.bin,.txt,.gguf"
				onChange={event => picked(event.currentTarget)}
			/>
			<input
				ref={element => {
					// JSX has no name for this attribute.
					element?.setAttribute('webkitdirectory', '');
					folder.current = element;
				}}
				type="file"
				hidden
				aria-label={t('models_disk_folder')}
				onChange={event => picked(event.currentTarget)}
			/>
		</section>
	);
}

/** A file that comes from another program's memory is in no file system, and has no entry. */
async function filesOfDropped({entry, file}: {entry: FileSystemEntry | null; file: File | null}): Promise<Chosen[]> {
	if (entry) return filesOf(entry, '');
	return file ? [{path: file.name, file}] : [];
}

/** The files under something that was dropped, with their paths in it. */
async function filesOf(entry: FileSystemEntry, folder: string): Promise<Chosen[]> {
	if (entry.isFile) {
		const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
		return [{path: folder + entry.name, file}];
	}
	const reader = (entry as FileSystemDirectoryEntry).createReader();
	const found: Chosen[] = [];
	// A reader gives a hundred entries at a time.
	for (;;) {
		const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
		if (entries.length === 0) return found;
		for (const one of entries) found.push(...(await filesOf(one, `${folder}${entry.name}/`)));
	}
}
