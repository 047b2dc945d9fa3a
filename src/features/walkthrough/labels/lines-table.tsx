import {t, tn} from '../../../client/browser/i18n.ts';
import type {LabelAnswer, Labelled} from '../../../protocol/questions/label.ts';
import {download} from '../../../ui/download.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {fitting, monoWidth} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count, percent} from '../../../ui/format.ts';
import {roving} from '../../../ui/roving.ts';
import {type Lines, writeLines} from './lines.ts';

interface Props {
	lines: Lines;
	labels: readonly string[];
	/** Of the lines that are classified, in their order. */
	rows: readonly Labelled[];
	/** Null until all lines are, and where no true label is known. */
	evaluation: LabelAnswer['evaluation'];
	at: number;
	onLook(index: number): void;
}

/** Lines shown as a table; all of them are in the file. */
const SHOWN = 200;

/** Every line with its label; where the truth is known, how often the model is right, and where it is wrong. */
export function LinesTable({lines, labels, rows, evaluation, at, onLook}: Props) {
	const save = () => download('classified.csv', 'text/csv', writeLines(lines, labels, rows));
	return (
		<>
			<div class="lines" {...roving('vertical')}>
				<table>
					<thead>
						<tr>
							<th scope="col">{t('walk_column_text')}</th>
							{lines.truths && <th scope="col">{t('walk_column_truth')}</th>}
							<th scope="col">{t('walk_column_label')}</th>
							<th scope="col">{t('walk_column_probability')}</th>
						</tr>
					</thead>
					<tbody>
						{rows.slice(0, SHOWN).map((row, i) => (
							<tr key={i} class={i === at ? 'is-at' : undefined}>
								<td>
									<button
										type="button"
										class="link plain"
										data-item
										tabIndex={i === 0 ? 0 : -1}
										aria-pressed={i === at}
										onClick={() => onLook(i)}
									>
										{lines.texts[i] || '–'}
									</button>
								</td>
								{lines.truths && <td>{lines.truths[i]}</td>}
								<td>{labels[row.best]}</td>
								<td class="numbers">{percent((row.calibrated ?? row.probabilities)[row.best])}</td>
							</tr>
						))}
					</tbody>
				</table>
			</div>
			<p class="controls">
				{rows.length > SHOWN && (
					<span class="quiet">{t('walk_labels_shown', {shown: count(SHOWN), rows: count(rows.length)})}</span>
				)}
				<button type="button" class="button" onClick={save}>
					{t('walk_labels_save')}
				</button>
			</p>
			{evaluation && <Confusion labels={labels} evaluation={evaluation} />}
		</>
	);
}

const CELL = 40;

/** True labels against predicted ones. */
function Confusion({
	labels,
	evaluation,
}: {
	labels: readonly string[];
	evaluation: NonNullable<LabelAnswer['evaluation']>;
}) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const {known, correct, confusion} = evaluation;
	const most = Math.max(1, ...confusion.flat());
	const title = tn('walk_labels_accuracy', known, {correct: count(correct), accuracy: percent(correct / known)});
	const left = Math.min(width * 0.35, Math.max(...labels.map(monoWidth), monoWidth(t('walk_labels_true'))) + 14);
	const cell = Math.min(110, (width - left) / labels.length);
	return (
		<Figure
			name="confusion-matrix"
			title={title}
			numbers={() => ({
				columns: [t('walk_labels_true_predicted'), ...labels],
				rows: confusion.map((row, i) => [labels[i], ...row.map(count)]),
			})}
		>
			<div ref={ref}>
				<Picture width={width} height={labels.length * CELL + 44} label={title}>
					<text class="quiet-text" x={left} y={12}>
						{t('walk_labels_predicted')}
					</text>
					<text class="quiet-text" x={0} y={30}>
						{t('walk_labels_true')}
					</text>
					{labels.map((label, j) => (
						<text key={label} class="mono" x={left + j * cell + cell / 2} y={30} text-anchor="middle">
							{fitting(label, cell - 6)}
						</text>
					))}
					{confusion.map((row, i) => (
						<g key={labels[i]} transform={`translate(0, ${40 + i * CELL})`}>
							<text class="mono" x={0} y={CELL / 2 + 3}>
								{fitting(labels[i], left - 10)}
							</text>
							{row.map((value, j) => (
								<g key={labels[j]} transform={`translate(${left + j * cell}, 0)`}>
									<rect class="track" width={cell - 3} height={CELL - 3} rx={4} />
									<rect
										class={i === j ? 'up' : 'down'}
										width={cell - 3}
										height={CELL - 3}
										rx={4}
										fill-opacity={(value / most) * 0.5}
									/>
									<text class="numbers-text" x={(cell - 3) / 2} y={CELL / 2 + 3} text-anchor="middle">
										{count(value)}
									</text>
								</g>
							))}
						</g>
					))}
				</Picture>
			</div>
		</Figure>
	);
}
