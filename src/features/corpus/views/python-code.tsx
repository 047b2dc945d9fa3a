import {useSignal} from '@preact/signals';
import {useMemo} from 'preact/hooks';
import {t} from '../../../client/browser/i18n.ts';
import {Segmented} from '../../../ui/components/segmented.tsx';
import {download} from '../../../ui/download.ts';
import {inMinicons} from '../measure/python/minicons.ts';
import type {PythonTask} from '../measure/python/task.ts';
import {inTransformers} from '../measure/python/transformers.ts';
import {outputAmong, outputsFor, rolesOf} from '../state/columns.ts';
import type {Desk} from '../state/desk.ts';

const LIBRARIES = {transformers: inTransformers, minicons: inMinicons} as const;
type Library = keyof typeof LIBRARIES;

/** The same measures in Python, so that they can be repeated elsewhere. */
export function PythonCode({desk}: {desk: Desk}) {
	const library = useSignal<Library>('transformers');
	const copied = useSignal(false);
	const {form, input, items, faults, model, run} = desk;
	const table = input.table.value;
	void run.done.value;
	// What measured the table, or would.
	const from =
		run.results.value.models.at(-1) ?? (model.value && {model: model.value.id, revision: model.value.revision});
	const outputs = useMemo(() => outputsFor(items.value), [items.value]);
	if (!table || !from) return null;
	const {separator, addSpecialTokens, marks, output, compare = 'text'} = form.value;
	const {columns, always} = rolesOf(form.value.columns, table);
	const unit = outputAmong(outputs, output);
	const isByRegion = unit === 'pair' && compare === 'region';
	const task: PythonTask = {
		file: input.file.value ?? (table.kind === 'lines' ? 'texts.txt' : 'table.csv'),
		table,
		leftOut: faults.value.map(({values}) => Number(values.row)),
		columns,
		right: always,
		marks,
		unit,
		compare,
		from: {model: from.model, revision: from.revision, how: {separator, addSpecialTokens}},
	};
	// minicons tells no token's place in its text, by which those of a region are known.
	const libraries: Library[] = isByRegion ? ['transformers'] : ['transformers', 'minicons'];
	const chosen = libraries.find(one => one === library.value) ?? 'transformers';
	const code = LIBRARIES[chosen](task);
	const copy = async () => {
		await navigator.clipboard.writeText(code);
		copied.value = true;
	};
	return (
		<section aria-labelledby="python-title">
			<h2 id="python-title">{t('walk_python')}</h2>
			<p class="quiet small">{t(table.kind === 'lines' ? 'desk_python_lines' : 'desk_python_told')}</p>
			<div class="controls">
				<Segmented
					label={t('desk_python_library')}
					value={chosen}
					options={libraries.map(value => ({value, label: value}))}
					onChange={value => {
						library.value = value;
						copied.value = false;
					}}
				/>
				<button type="button" class="button" aria-live="polite" onClick={() => void copy()}>
					{t(copied.value ? 'walk_copied' : 'walk_copy')}
				</button>
				<button type="button" class="button" onClick={() => download(`surprisal_${chosen}.py`, 'text/x-python', code)}>
					{t('desk_python_save')}
				</button>
			</div>
			<details class="small">
				<summary>{t('desk_python_show')}</summary>
				{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
				<pre dir="ltr" lang="en" tabIndex={0}>
					{code}
				</pre>
			</details>
		</section>
	);
}
