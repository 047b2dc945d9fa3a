import {enumeration, t, tn} from '../../../client/browser/i18n.ts';
import type {LabelAnswer} from '../../../protocol/questions/label.ts';
import {type LabelTask, readLabels} from '../../../protocol/questions/label.ts';
import type {Lines} from './lines.ts';
import {beginsAnother, type TaskSlots, unknownTruths} from './task.ts';

interface Props {
	slots: TaskSlots;
	task: LabelTask;
	lines: Lines;
	/** Lines of the examples that are none. */
	left: number;
	answer: LabelAnswer | null;
}

/** The most labels that the reader is offered to take from a file. */
const OFFERED = 12;

/** What is left out, and what to know of labels like these: nothing is passed over without a word. */
export function LabelNotes({slots, task: {labels}, lines, left, answer}: Props) {
	const unknown = unknownTruths(lines.truths, labels);
	// They are typed with commas between them.
	const offered = unknown.all.join(', ');
	const canTake =
		unknown.lines > 0 &&
		unknown.all.length >= 2 &&
		unknown.all.length <= OFFERED &&
		readLabels(offered).length === unknown.all.length;
	const begins =
		answer && answer.labelTokens.length === labels.length ? beginsAnother(labels, answer.labelTokens) : null;
	return (
		<>
			{left > 0 && <p role="status">{tn('walk_labels_examples_left', left)}</p>}
			{unknown.lines > 0 && <p role="status">{tn('walk_labels_unknown', unknown.lines)}</p>}
			{canTake && (
				<button
					type="button"
					class="button"
					onClick={() => {
						slots.labels.value = offered;
					}}
				>
					{t('walk_labels_take', {all: enumeration(unknown.all)})}
				</button>
			)}
			{begins && <p role="status">{t('walk_labels_begins', {shorter: begins[0], longer: begins[1]})}</p>}
		</>
	);
}
