import {batch, useSignal} from '@preact/signals';
import {useMemo} from 'preact/hooks';
import {t, tn} from '../../../client/browser/i18n.ts';
import {
	type LabelTask,
	labelPrompt,
	labelRequest,
	MAX_LINES,
	readLabels,
	TEXT_SLOT,
} from '../../../protocol/questions/label.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {count} from '../../../ui/format.ts';
import {Python, Try, Waiting} from '../shared/prose.tsx';
import {useLast} from '../shared/use-last.ts';
import {useStream} from '../shared/use-stream.ts';
import type {Walk} from '../state/walk.ts';
import {Generated} from './generated.tsx';
import {LabelBars} from './label-bars.tsx';
import {LinesTable} from './lines-table.tsx';
import {LabelNotes} from './notes.tsx';
import {labelsInPython} from './python.ts';
import {type Problem, problemOf, readExamples, taskSlots} from './task.ts';
import {TaskForm} from './task-form.tsx';
import {useLines} from './use-lines.ts';
import './labels.css';

/** Lines that are classified as they are typed; more wait for a click. */
const AT_ONCE = 12;

/** Your own classes: the LM head, restricted to the continuations that the reader names. */
export function LabelsChapter({walk}: {walk: Walk}) {
	const initial = {
		labels: t('walk_labels_labels'),
		template: t('walk_labels_template'),
		lines: t('walk_labels_lines'),
	};
	const slots = taskSlots(walk.address, initial);
	const at = walk.address.value('labels', 'line', '1');
	const reviews = {
		labels: t('walk_labels_fails_labels'),
		template: t('walk_labels_fails_template'),
		lines: t('walk_labels_fails_lines'),
	};
	const given = (['labels', 'template', 'lines'] as const).every(name => slots[name].value === initial[name]);
	const fails = (['labels', 'template', 'lines'] as const).every(name => slots[name].value === reviews[name]);
	const begin = (task: typeof initial) => {
		batch(() => {
			slots.labels.value = task.labels;
			slots.template.value = task.template;
			slots.lines.value = task.lines;
			slots.examples.value = '';
			slots.calibrate.value = '';
			at.value = '1';
		});
	};
	const {file, lines, open, putAway} = useLines(slots.lines.value);
	const typed = [slots.labels, slots.template, slots.examples, slots.calibrate].map(slot => slot.value);
	const {task, left} = useMemo(() => {
		const [labels, template, examples, contentFree] = typed;
		const read = readExamples(examples);
		const task: LabelTask = {
			labels: readLabels(labels),
			template,
			examples: read.examples,
			contentFree: contentFree === '' ? null : contentFree,
		};
		return {task, left: read.left};
	}, typed);
	const problem = problemOf(task);
	const total = lines.texts.length;
	const request = useMemo(
		() => (problemOf(task) || total > MAX_LINES || total === 0 ? null : labelRequest(task, lines)),
		[task, lines],
	);
	/** The request that the reader has started. */
	const started = useSignal<typeof request>(null);
	const waits = request !== null && total > AT_ONCE && started.value !== request;
	const asked = useStream(walk.engine, 'label', waits ? null : request);
	// What is shown stays while the next answer is on its way, as long as it is about the same labels.
	const last = useLast(asked.answer && {answer: asked.answer, lines}, task.labels.join());
	const isLong = total > AT_ONCE;
	const done = request && !waits && (asked.answer || !isLong) ? last : null;
	const answer = done?.answer ?? null;
	const rows = answer?.rows ?? asked.events.map(event => event.row);
	const {texts} = done?.lines ?? lines;
	const shown = Math.min(Math.max(0, Math.floor(Number(at.value)) - 1 || 0), Math.max(0, texts.length - 1));
	const text = texts[shown];
	const row = rows[shown];
	const stopped = isLong && request && !waits && !asked.answer && !asked.running && !asked.error;
	const start = () => {
		if (started.value === request) asked.retry();
		started.value = request;
	};
	return (
		<>
			<p>{t('walk_labels_1', {vocabSize: count(walk.model.value?.vocabSize ?? 50_257)})}</p>
			<p>{t('walk_labels_2')}</p>
			<fieldset class="samples task-samples">
				<legend class="spoken">{t('walk_labels_tasks')}</legend>
				<button type="button" class="button" aria-pressed={given} onClick={() => begin(initial)}>
					{t('walk_labels_task_works')}
				</button>
				<button type="button" class="button" aria-pressed={fails} onClick={() => begin(reviews)}>
					{t('walk_labels_task_fails')}
				</button>
			</fieldset>
			{(given || fails) && <p>{t(given ? 'walk_labels_works_told' : 'walk_labels_fails_told')}</p>}
			<TaskForm
				slots={slots}
				file={file && tn('walk_labels_file', file.lines?.texts.length ?? 0, {name: file.name})}
				onFileAway={putAway}
				onFile={(name, bytes) => {
					open(name, bytes);
					at.value = '1';
				}}
			/>
			{problem && <ErrorNote message={problemText(problem)} />}
			{file && !file.lines && <ErrorNote message={t('walk_labels_not_utf8', {name: file.name})} />}
			{total > MAX_LINES && <ErrorNote message={t('walk_labels_too_many', {maxLines: count(MAX_LINES)})} />}
			{total === 0 && <p role="status">{t('walk_labels_no_lines')}</p>}
			<LabelNotes slots={slots} task={task} lines={lines} left={left} answer={answer} />
			{(waits || stopped) && (
				<button type="button" class="button go" onClick={start}>
					{tn('walk_labels_classify', total)}
				</button>
			)}
			{request && !waits && !asked.answer && (
				<div class="controls">
					{asked.events.length > 0 && !asked.error ? (
						<p role="status">{tn('walk_labels_progress', total, {events: count(asked.events.length)})}</p>
					) : (
						<Waiting {...asked} />
					)}
					{asked.running && isLong && (
						<button type="button" class="button" onClick={asked.cancel}>
							{t('walk_cancel')}
						</button>
					)}
				</div>
			)}
			{row && text !== undefined && (
				<LabelBars
					text={text}
					row={row}
					labels={task.labels}
					tokens={answer?.labelTokens ?? null}
					contentFree={answer?.contentFree ?? null}
				/>
			)}
			{rows.length > 0 && (
				<LinesTable
					lines={done?.lines ?? lines}
					labels={task.labels}
					rows={rows}
					evaluation={answer?.evaluation ?? null}
					at={shown}
					onLook={i => {
						at.value = String(i + 1);
					}}
				/>
			)}
			{answer && request && row && text !== undefined && (
				<>
					<h2>{t('walk_labels_generated_title')}</h2>
					<p>{t('walk_labels_generated')}</p>
					<Generated walk={walk} prompt={labelPrompt(request, text)} row={row} answer={answer} labels={task.labels} />
				</>
			)}
			<p class="quiet">{t('walk_labels_honest')}</p>
			<Try>{t('walk_labels_try')}</Try>
			<Python code={labelsInPython(task, text ?? '', walk.model.value?.id ?? null)} />
		</>
	);
}

function problemText(problem: Problem): string {
	switch (problem.kind) {
		case 'labels':
			return t('walk_labels_problem_labels');
		case 'same':
			return t('walk_labels_problem_same', {label: problem.label});
		case 'template':
			return t('walk_labels_problem_template', {textSlot: TEXT_SLOT});
		case 'example':
			return t('walk_labels_problem_example', {label: problem.label});
	}
}
