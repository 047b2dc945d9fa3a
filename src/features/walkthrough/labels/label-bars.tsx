import {t} from '../../../client/browser/i18n.ts';
import type {Labelled} from '../../../protocol/questions/label.ts';
import type {Token} from '../../../protocol/values/prompt.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {shortened} from '../../../ui/figures/text-width.ts';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {nats, percent} from '../../../ui/format.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {BarRows} from '../shared/bar-rows.tsx';

interface Props {
	text: string;
	row: Labelled;
	labels: readonly string[];
	/** The tokens of each label. */
	tokens: readonly Token[][] | null;
	/** What the content-free prompt gives each label; null without calibration. */
	contentFree: readonly number[] | null;
}

const ROW = 30;
const LONGEST = 60;

/** One text's labels with their probabilities, before and after calibration. */
export function LabelBars({text, row, labels, tokens, contentFree}: Props) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const {probabilities, calibrated, best, logProbs} = row;
	const title = t('walk_labels_figure', {
		text: shortened(text, LONGEST),
		labels: labels[best],
		calibrated: percent((calibrated ?? probabilities)[best]),
	});
	const tokensOf = (i: number) => tokens?.[i]?.map(visibleToken).join(' | ') ?? '';
	return (
		<Figure
			name="labels"
			title={title}
			numbers={() => ({
				columns: [
					t('walk_column_label'),
					t('walk_column_tokens'),
					t('walk_column_log_prob'),
					t('walk_column_probability'),
					...(calibrated && contentFree ? [t('walk_column_content_free'), t('walk_column_calibrated')] : []),
				],
				rows: labels.map((label, i) => [
					label,
					tokensOf(i),
					nats(logProbs[i], 3),
					percent(probabilities[i]),
					...(calibrated && contentFree ? [percent(contentFree[i]), percent(calibrated[i])] : []),
				]),
			})}
		>
			<div ref={ref}>
				<Picture width={width} height={labels.length * ROW + 4} label={title}>
					<BarRows
						bars={labels.map((label, i) => ({
							key: label,
							label,
							probability: (calibrated ?? probabilities)[i],
							before: calibrated && probabilities[i],
							strong: i === best,
							faint: i !== best,
						}))}
						y={0}
						width={width}
						row={ROW}
					/>
				</Picture>
			</div>
			{calibrated && <p class="readout">{t('walk_labels_calibrated_legend')}</p>}
		</Figure>
	);
}
