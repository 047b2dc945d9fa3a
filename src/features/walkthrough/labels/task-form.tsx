import {t} from '../../../client/browser/i18n.ts';
import {TEXT_SLOT} from '../../../protocol/questions/label.ts';
import type {TaskSlots} from './task.ts';

interface Props {
	slots: TaskSlots;
	/** Of the file whose lines are classified instead of typed ones, in a sentence; null without a file. */
	file: string | null;
	onFileAway(): void;
	onFile(name: string, bytes: ArrayBuffer): void;
}

/** Labels, template, examples and lines, as the reader types them or opens them from a file. */
export function TaskForm({slots, file, onFileAway, onFile}: Props) {
	const {calibrate} = slots;
	return (
		<div class="form">
			<Field label={t('walk_labels_field')} value={slots.labels} rows={1} />
			<Field label={t('walk_labels_template_field', {textSlot: TEXT_SLOT})} value={slots.template} rows={2} />
			<Field
				label={t('walk_labels_examples_field')}
				value={slots.examples}
				rows={2}
				placeholder={t('walk_labels_examples_hint')}
			/>
			{file === null ? (
				<Field label={t('walk_labels_lines_field')} value={slots.lines} rows={4} />
			) : (
				<p class="controls">
					{file}
					<button type="button" class="link" onClick={onFileAway}>
						{t('walk_labels_file_away')}
					</button>
				</p>
			)}
			<div class="controls">
				<label>
					<input
						type="checkbox"
						checked={calibrate.value !== ''}
						onChange={event => {
							calibrate.value = event.currentTarget.checked ? 'N/A' : '';
						}}
					/>{' '}
					{t('walk_labels_calibrate')}
				</label>
				<label class="button file-button">
					{t('walk_labels_open')}
					<input
						type="file"
						class="spoken"
						accept=".csv,.tsv,.txt,text/csv,text/plain"
						onChange={async event => {
							const input = event.currentTarget;
							const [chosen] = input.files ?? [];
							if (chosen) onFile(chosen.name, await chosen.arrayBuffer());
							input.value = '';
						}}
					/>
				</label>
			</div>
		</div>
	);
}

interface FieldProps {
	label: string;
	value: {value: string};
	rows: number;
	placeholder?: string;
}

const Field = ({label, value, rows, placeholder}: FieldProps) => (
	<label class="form-field">
		<span>{label}</span>
		<textarea
			class="field mono"
			rows={rows}
			spellcheck={false}
			placeholder={placeholder}
			value={value.value}
			onInput={event => {
				value.value = event.currentTarget.value;
			}}
		/>
	</label>
);
