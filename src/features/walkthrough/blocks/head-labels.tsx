import {t} from '../../../client/browser/i18n.ts';
import type {HeadLabelsAnswer, HeadShares} from '../../../protocol/questions/head-labels.ts';
import {partName} from '../../../protocol/values/part-names.ts';
import {Figure} from '../../../ui/figures/figure.tsx';
import {Picture} from '../../../ui/figures/picture.tsx';
import {useWidth} from '../../../ui/figures/use-width.ts';
import {count, percent} from '../../../ui/format.ts';
import {partLabel} from '../shared/part-label.ts';
import type {Looked} from './chosen.ts';

const PATTERNS = ['previous', 'first', 'self', 'same', 'induction'] as const satisfies readonly (keyof HeadShares)[];
const ROW = 24;
const TOP = 22;
const LEFT = 150;
const PERCENT = 64;

/** Where one head's attention goes, measured: on the reader's text, and on random tokens that come twice. */
export function HeadLabels({answer, looked}: {answer: HeadLabelsAnswer; looked: Looked}) {
	const [ref, width] = useWidth<HTMLDivElement>();
	const shares = answer.blocks[looked.block - 1]?.[looked.head - 1];
	if (!shares) return null;
	const left = Math.min(LEFT, width * 0.34);
	const room = (width - left) / 2;
	const title = t('walk_does_figure', {block: count(looked.block), head: count(looked.head)});
	const share = (value: number | null) => (value === null ? '–' : percent(value, 2));
	const all = answer.blocks.flatMap((heads, block) => heads.map((one, part) => ({part: {block, part}, ...one})));
	return (
		<Figure
			name="head-labels"
			title={title}
			numbers={() => ({
				columns: [
					t('walk_does_head'),
					...PATTERNS.map(pattern => t('walk_does_on_text', {pattern: t(`walk_head_${pattern}`)})),
					...PATTERNS.map(pattern => t('walk_does_on_random', {pattern: t(`walk_head_${pattern}`)})),
				],
				rows: all.map(({part, text, repeated}) => [
					partLabel(part),
					...PATTERNS.map(pattern => share(text[pattern])),
					...PATTERNS.map(pattern => share(repeated[pattern])),
				]),
			})}
			csv={() => [
				[
					'head',
					...PATTERNS.map(pattern => `${pattern}_on_text`),
					...PATTERNS.map(pattern => `${pattern}_on_random_twice`),
				],
				...all.map(({part, text, repeated}) => [
					partName(part),
					...PATTERNS.map(pattern => text[pattern] ?? ''),
					...PATTERNS.map(pattern => repeated[pattern] ?? ''),
				]),
			]}
		>
			<div ref={ref}>
				<Picture width={width} height={TOP + PATTERNS.length * ROW} label={title}>
					{[t('walk_does_text'), t('walk_does_random')].map((name, side) => (
						<text key={name} class="quiet-text" x={left + side * room} y={14}>
							{name}
						</text>
					))}
					{PATTERNS.map((pattern, i) => (
						<g key={pattern} transform={`translate(0, ${TOP + i * ROW})`}>
							<text x={0} y={16}>
								{t(`walk_head_${pattern}`)}
							</text>
							{[shares.text, shares.repeated].map((of, side) => (
								<g key={side} transform={`translate(${left + side * room}, 0)`}>
									<rect class="track" y={4} width={room - PERCENT - 12} height={ROW - 8} rx={3} />
									<rect class="up" y={4} width={(room - PERCENT - 12) * (of[pattern] ?? 0)} height={ROW - 8} rx={3} />
									<text class="numbers-text" x={room - 16} y={16} text-anchor="end">
										{share(of[pattern])}
									</text>
								</g>
							))}
						</g>
					))}
				</Picture>
			</div>
			<p class="readout">{t('walk_does_told', {read: count(answer.read), random: count(answer.random.length)})}</p>
		</Figure>
	);
}
