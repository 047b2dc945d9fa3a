import type {Labelled, Token} from '../../../protocol/engine.ts';
import {nats, percent} from '../../../ui/format.ts';
import {t} from '../../../ui/i18n.ts';
import {visibleToken} from '../../../ui/tokens/token-text.ts';
import {Figure} from '../../parts/figure.tsx';
import {fitting, monoWidth, shortened} from '../../parts/measure.ts';
import {Picture} from '../../parts/picture.tsx';
import {useWidth} from '../../parts/use-width.ts';

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
	const left = Math.min(width * 0.4, Math.max(...labels.map(monoWidth)) + 14);
	const room = Math.max(40, width - left - 70);
	const title = t(
		'walk_labels_figure',
		shortened(text, LONGEST),
		labels[best],
		percent((calibrated ?? probabilities)[best]),
	);
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
					{labels.map((label, i) => {
						const value = (calibrated ?? probabilities)[i];
						return (
							<g key={label} transform={`translate(0, ${i * ROW})`}>
								<text class={i === best ? 'mono target' : 'mono'} x={0} y={19}>
									{fitting(label, left - 10)}
								</text>
								<rect class="track" x={left} y={4} width={room} height={ROW - 9} rx={3} />
								<rect
									class="up"
									x={left}
									y={4}
									width={Math.max(1, room * value)}
									height={ROW - 9}
									rx={3}
									fill-opacity={i === best ? 1 : 0.45}
								/>
								{calibrated && (
									<line
										class="before"
										x1={left + room * probabilities[i]}
										x2={left + room * probabilities[i]}
										y1={1}
										y2={ROW - 2}
									/>
								)}
								<text class="numbers-text" x={width} y={19} text-anchor="end">
									{percent(value)}
								</text>
							</g>
						);
					})}
				</Picture>
			</div>
			{calibrated && <p class="readout">{t('walk_labels_calibrated_legend')}</p>}
		</Figure>
	);
}
