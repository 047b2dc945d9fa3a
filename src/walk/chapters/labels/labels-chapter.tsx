import {useSignal} from '@preact/signals';
import {type Lines, readLines} from '../../../csv/lines.ts';
import {MAX_LINES, TEXT_SLOT} from '../../../protocol/label.ts';
import {type LabelTask, labelRequest, readLabels} from '../../../protocol/label-task.ts';
import {ErrorNote} from '../../../ui/components/error-note.tsx';
import {count} from '../../../ui/format.ts';
import {t, tn} from '../../../ui/i18n.ts';
import {Python, Try, Waiting} from '../../parts/prose.tsx';
import {useLast} from '../../parts/use-last.ts';
import {useStream} from '../../parts/use-stream.ts';
import type {Walk} from '../../state/walk.ts';
import {Generated} from './generated.tsx';
import {LabelBars} from './label-bars.tsx';
import {LinesTable} from './lines-table.tsx';
import {type Problem, problemOf, readExamples, taskSlots} from './task.ts';
import './labels.css';

const python = (template: string, labels: readonly string[], text: string) => `import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("gpt2")
model = AutoModelForCausalLM.from_pretrained("gpt2")
template, labels = ${JSON.stringify(template)}, ${JSON.stringify(labels)}

def score(text, label):                       # log P(label | filled template)
    prompt = tokenizer(template.replace("${TEXT_SLOT}", text)).input_ids
    ending = tokenizer(" " + label).input_ids
    with torch.no_grad():
        log_probs = model(torch.tensor([prompt + ending])).logits[0].log_softmax(-1)
    return sum(log_probs[len(prompt) - 1 + i, id] for i, id in enumerate(ending))

scores = torch.tensor([score(${JSON.stringify(text)}, label) for label in labels])
# calibrated: subtract the scores of score("N/A", label)
print(dict(zip(labels, scores.softmax(-1).tolist())))`;

/** Lines that are classified as they are typed; more wait for a click. */
const AT_ONCE = 12;

/** Your own classes: the LM head, restricted to the continuations that the reader names. */
export function LabelsChapter({walk}: {walk: Walk}) {
	const slots = taskSlots(walk.address, {labels: t('walk_labels_labels'), template: t('walk_labels_template')});
	const typed = walk.address.value('labels', 'lines', t('walk_labels_lines'));
	const file = useSignal<{name: string; lines: Lines} | null>(null);
	const started = useSignal<string | null>(null);
	const at = useSignal(0);
	const task: LabelTask = {
		labels: readLabels(slots.labels.value),
		template: slots.template.value,
		examples: readExamples(slots.examples.value),
		contentFree: slots.calibrate.value === '' ? null : slots.calibrate.value,
	};
	const lines: Lines = file.value?.lines ?? {
		texts: typed.value.split('\n').filter(line => line.trim() !== ''),
		truths: null,
	};
	const problem = problemOf(task);
	const tooMany = lines.texts.length > MAX_LINES;
	const request = problem || tooMany || lines.texts.length === 0 ? null : labelRequest(task, lines);
	const waits = request !== null && lines.texts.length > AT_ONCE && started.value !== JSON.stringify(request);
	const asked = useStream(walk.engine, 'label', waits ? null : request);
	// What is shown stays while the next answer is on its way, as long as it is about the same labels.
	const last = useLast(asked.answer, task.labels.join());
	const answer = request && !waits ? last : null;
	const rows = answer?.rows ?? asked.events.map(event => event.row);
	const shown = Math.min(at.value, Math.max(0, lines.texts.length - 1));
	return (
		<>
			<p>{t('walk_labels_1', count(walk.model.value?.vocabSize ?? 50_257))}</p>
			<p>{t('walk_labels_2')}</p>
			<div class="form">
				<Field label={t('walk_labels_field')} value={slots.labels} rows={1} />
				<Field label={t('walk_labels_template_field', TEXT_SLOT)} value={slots.template} rows={2} />
				<Field
					label={t('walk_labels_examples_field')}
					value={slots.examples}
					rows={2}
					placeholder={t('walk_labels_examples_hint')}
				/>
				{file.value ? (
					<p>
						{tn('walk_labels_file', lines.texts.length, file.value.name)}{' '}
						<button
							type="button"
							class="link"
							onClick={() => {
								file.value = null;
							}}
						>
							{t('walk_labels_file_away')}
						</button>
					</p>
				) : (
					<Field label={t('walk_labels_lines_field')} value={typed} rows={4} />
				)}
				<div class="controls">
					<label>
						<input
							type="checkbox"
							checked={task.contentFree !== null}
							onChange={event => {
								slots.calibrate.value = event.currentTarget.checked ? 'N/A' : '';
							}}
						/>{' '}
						{t('walk_labels_calibrate')}
					</label>
					<FileField
						onFile={(name, text) => {
							file.value = {name, lines: readLines(text)};
							at.value = 0;
						}}
					/>
				</div>
			</div>
			{problem && <ErrorNote message={problemText(problem)} />}
			{tooMany && <ErrorNote message={t('walk_labels_too_many', count(MAX_LINES))} />}
			{waits && (
				<button
					type="button"
					class="button go"
					onClick={() => {
						started.value = JSON.stringify(request);
					}}
				>
					{tn('walk_labels_classify', lines.texts.length)}
				</button>
			)}
			{request && !waits && !asked.answer && (
				<div class="controls">
					{asked.events.length > 0 ? (
						<p role="status">{t('walk_labels_progress', count(asked.events.length), count(lines.texts.length))}</p>
					) : (
						<Waiting {...asked} />
					)}
					{lines.texts.length > AT_ONCE && (
						<button
							type="button"
							class="button"
							onClick={() => {
								started.value = null;
							}}
						>
							{t('walk_cancel')}
						</button>
					)}
				</div>
			)}
			{rows[shown] && lines.texts[shown] !== undefined && (
				<LabelBars
					text={lines.texts[shown]}
					row={rows[shown]}
					labels={task.labels}
					tokens={answer?.labelTokens ?? null}
					contentFree={answer?.contentFree ?? null}
				/>
			)}
			{answer && request && answer.rows.length === lines.texts.length && (
				<>
					<LinesTable lines={lines} labels={task.labels} answer={answer} at={shown} onLook={i => (at.value = i)} />
					<h2>{t('walk_labels_generated_title')}</h2>
					<p>{t('walk_labels_generated')}</p>
					<Generated walk={walk} answer={answer} labels={task.labels} />
				</>
			)}
			<p class="quiet">{t('walk_labels_honest')}</p>
			<Try>{t('walk_labels_try')}</Try>
			<Python code={python(task.template, task.labels, lines.texts[shown] ?? '')} />
		</>
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

function FileField({onFile}: {onFile(name: string, text: string): void}) {
	return (
		<label class="button file-button">
			{t('walk_labels_open')}
			<input
				type="file"
				class="spoken"
				accept=".csv,.tsv,.txt,text/csv,text/plain"
				onChange={async event => {
					const input = event.currentTarget;
					const [chosen] = input.files ?? [];
					if (chosen) onFile(chosen.name, await chosen.text());
					input.value = '';
				}}
			/>
		</label>
	);
}

function problemText(problem: Problem): string {
	switch (problem.kind) {
		case 'labels':
			return t('walk_labels_problem_labels');
		case 'same':
			return t('walk_labels_problem_same', problem.label);
		case 'template':
			return t('walk_labels_problem_template', TEXT_SLOT);
		case 'example':
			return t('walk_labels_problem_example', problem.label);
	}
}
