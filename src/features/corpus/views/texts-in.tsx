import {useSignal} from '@preact/signals';
import {refusalText} from '../../../client/browser/error-text.ts';
import {t, tn} from '../../../client/browser/i18n.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {Segmented} from '../../../ui/components/segmented.tsx';
import {MAX_TABLE_BYTES, MAX_TABLE_ROWS} from '../../../ui/csv/table.ts';
import {shortened} from '../../../ui/figures/text-width.ts';
import {bytes, count, percent} from '../../../ui/format.ts';
import type {Desk} from '../state/desk.ts';
import {LeftOut} from './left-out.tsx';

/** A row of a spreadsheet on the clipboard has tabs. */
const isCells = (text: string) => /^[^\n]*\t/.test(text);

/** Whether a text is dragged over the field: the browser puts it there. */
const isTextOverField = ({dataTransfer, target}: DragEvent) =>
	target instanceof HTMLTextAreaElement && !dataTransfer?.types.includes('Files');

/** The texts as they are typed, pasted, dropped or opened from a file. */
export function TextsIn({desk}: {desk: Desk}) {
	const {form, input} = desk;
	const isOver = useSignal(false);
	const file = input.file.value;
	const open = (files: FileList | null | undefined) => {
		if (files?.[0]) void input.open(files[0]);
	};
	return (
		<section
			aria-labelledby="texts-title"
			class={isOver.value ? 'over' : undefined}
			onDragOver={event => {
				if (isTextOverField(event)) return;
				event.preventDefault();
				isOver.value = true;
			}}
			onDragLeave={() => {
				isOver.value = false;
			}}
			onDrop={event => {
				if (isTextOverField(event)) return;
				event.preventDefault();
				isOver.value = false;
				open(event.dataTransfer?.files);
			}}
		>
			<h2 id="texts-title">{t('desk_texts')}</h2>
			<Offered desk={desk} />
			<div class="controls">
				<Segmented
					label={t('desk_kind')}
					value={form.value.kind}
					options={[
						{value: 'lines', label: t('desk_kind_lines')},
						{value: 'table', label: t('desk_kind_table')},
					]}
					onChange={kind => desk.set({kind})}
				/>
				<label class="button file-button">
					{t('desk_open')}
					<input
						type="file"
						class="spoken"
						accept=".csv,.tsv,.txt,.jsonl,text/csv,text/tab-separated-values,text/plain"
						onChange={event => {
							open(event.currentTarget.files);
							event.currentTarget.value = '';
						}}
					/>
				</label>
			</div>
			{file === null ? (
				<textarea
					class="field mono"
					rows={7}
					spellcheck={false}
					aria-label={t(form.value.kind === 'lines' ? 'desk_kind_lines' : 'desk_kind_table')}
					placeholder={t(form.value.kind === 'lines' ? 'desk_lines_example' : 'desk_table_example')}
					value={form.value.text}
					onInput={event => desk.set({text: event.currentTarget.value})}
					onPaste={event => {
						if (event.clipboardData?.files.length) {
							event.preventDefault();
							open(event.clipboardData.files);
							return;
						}
						const pasted = event.clipboardData?.getData('text/plain') ?? '';
						if (form.value.text === '' && isCells(pasted)) desk.set({kind: 'table'});
					}}
				/>
			) : (
				<p class="controls">
					<b class="mono">{file}</b>
					<button type="button" class="link" onClick={input.putAway}>
						{t('desk_file_away')}
					</button>
				</p>
			)}
			{desk.hasBraces.value && (
				<label>
					<input
						type="checkbox"
						checked={form.value.marks}
						onChange={event => desk.set({marks: event.currentTarget.checked})}
					/>{' '}
					{t('desk_braces')}
				</label>
			)}
			<p class="quiet small">
				{t('desk_texts_help', {maxTableRows: count(MAX_TABLE_ROWS), maxTableBytes: bytes(MAX_TABLE_BYTES)})}
			</p>
			<p role="status" class="quiet numbers">
				{input.reading.value !== null
					? t('desk_reading', {reading: percent(input.reading.value, 2)})
					: input.table.value !== null && tn('desk_read', desk.items.value.length || input.table.value.rows.length)}
			</p>
			<LeftOut rows={desk.faults.value.map(fault => [fault])} />
			{desk.refusals.value.length > 0 && <ErrorNote message={refusalText(desk.refusals.value)} />}
		</section>
	);
}

/** Characters of an offered text that are shown. */
const BEGINNING = 100;

/** A text that came from another page while others stand here. */
function Offered({desk: {offered, settle, form, input}}: {desk: Desk}) {
	const text = offered.value;
	const isLines = form.value.kind === 'lines' && input.file.value === null;
	return (
		<>
			<p role="status">{text !== null && t('desk_offered', {text: shortened(text.trim(), BEGINNING)})}</p>
			{text !== null && (
				<p class="controls">
					<button type="button" class="button" onClick={() => settle('replace')}>
						{t('desk_offered_replace')}
					</button>
					{isLines && (
						<button type="button" class="button" onClick={() => settle('below')}>
							{t('desk_offered_below')}
						</button>
					)}
					<button type="button" class="button" onClick={() => settle('leave')}>
						{t('desk_offered_leave')}
					</button>
				</p>
			)}
		</>
	);
}
