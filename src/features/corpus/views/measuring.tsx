import {useMemo} from 'preact/hooks';
import {details, t, tn} from '../../../client/browser/i18n.ts';
import {refuse} from '../../../engine/errors/refusal.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {ProgressBar} from '../../../ui/components/progress-bar.tsx';
import {Segmented} from '../../../ui/components/segmented.tsx';
import {count, duration} from '../../../ui/format.ts';
import {outputAmong, outputsFor} from '../state/columns.ts';
import type {Desk} from '../state/desk.ts';
import type {Stop} from '../state/run.ts';
import {LeftOut} from './left-out.tsx';
import {Start} from './start.tsx';

/** What is measured by which model, how far it is, and how it is stopped and gone on with. */
export function Measuring({desk}: {desk: Desk}) {
	const {run, items, form, model} = desk;
	const {addSpecialTokens, separator} = form.value;
	const isRunning = run.running.value;
	const total = items.value.length;
	// Where no table is there now, of the one that was measured.
	const told = total > 0 ? items.value : run.results.value.all.map(({item}) => item);
	const outputs = useMemo(() => outputsFor(told), [items.value, run.results.value]);
	return (
		<section aria-labelledby="measure-title">
			<h2 id="measure-title">{t('desk_measure')}</h2>
			{model.value && (
				<p class="quiet">{t('desk_model', {id: model.value.id, contextLength: count(model.value.contextLength)})}</p>
			)}
			<details class="small">
				<summary>{t('desk_rule')}</summary>
				<p>{t('desk_rule_told')}</p>
				<div class="fields">
					<label>
						<span>{t('desk_separator')}</span>
						<input
							class="field mono"
							type="text"
							maxLength={10}
							value={separator}
							onInput={event => desk.set({separator: event.currentTarget.value})}
						/>
					</label>
					<label class="switch-line">
						<input
							type="checkbox"
							checked={addSpecialTokens}
							onChange={event => desk.set({addSpecialTokens: event.currentTarget.checked})}
						/>
						<span>{t('desk_special')}</span>
					</label>
				</div>
			</details>
			<div class="controls">
				<span aria-hidden="true">{t('desk_output')}</span>
				<Segmented
					label={t('desk_output')}
					value={outputAmong(outputs, form.value.output)}
					options={outputs.map(value => ({value, label: t(`desk_output_${value}`)}))}
					onChange={output => desk.set({output})}
				/>
			</div>
			{isRunning ? (
				<div class="controls">
					<button type="button" class="button" onClick={run.cancel}>
						{t('desk_cancel')}
					</button>
				</div>
			) : (
				<Start desk={desk} />
			)}
			{run.total.value > 0 && <Progress desk={desk} />}
			{run.stop.value && <Stopped desk={desk} stop={run.stop.value} />}
			{desk.file.value && (
				<p class="quiet">
					{t('desk_file', {name: desk.file.value.name, unit: t(`desk_output_${desk.file.value.output}`)})}
				</p>
			)}
			{desk.fileFault.value !== null && <ErrorNote message={t('desk_file_fault', {fileFault: desk.fileFault.value})} />}
			<Unmeasured desk={desk} />
		</section>
	);
}

function Progress({desk: {run}}: {desk: Desk}) {
	const [done, total] = [run.done.value, run.total.value];
	const left = run.left.value;
	const text = details(
		tn('desk_progress', total, {done: count(done)}),
		run.running.value && left !== null && t('common_left', {left: duration(left)}),
	);
	return (
		<>
			<ProgressBar label={t('desk_measure')} done={done} total={total} text={text} />
			{/* Now and then: a screen reader would do nothing else than read it. */}
			<p class="spoken" role="status">
				{run.running.value
					? tn('desk_progress', total, {done: count(done - (done % Math.ceil(total / 10)))})
					: run.stop.value === null && tn('desk_done', total)}
			</p>
		</>
	);
}

function Stopped({desk, stop}: {desk: Desk; stop: Stop}) {
	const {run, model} = desk;
	const done = run.done.value;
	const next = model.value?.id ?? '';
	const others = run.results.value.models.map(({model}) => model).filter(name => name !== next);
	return (
		<div class="stopped">
			{stop.why === 'error' && <ErrorNote message={stop.message} />}
			<p role="status">
				{stop.why === 'model'
					? t('desk_model_changed', {done: count(done), others: others.join(', '), model: stop.model})
					: tn('desk_stopped', run.total.value, {done: count(done)})}
			</p>
			{stop.why !== 'model' && done > 0 && others.length > 0 && (
				<p role="status">{t('desk_model_changed', {done: count(done), others: others.join(', '), model: next})}</p>
			)}
			<button type="button" class="button" onClick={() => void run.resume()}>
				{t('desk_resume', {next})}
			</button>
		</div>
	);
}

/** The rows that could not be measured, and why: the others are there. */
function Unmeasured({desk: {run}}: {desk: Desk}) {
	void run.done.value;
	const rows = run.results.value.all.flatMap(({item, refusal}) =>
		refusal ? [[refuse('row-refused', {row: item.row}), refusal]] : [],
	);
	return <LeftOut rows={rows} />;
}
