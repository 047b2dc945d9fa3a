import {t} from '../../client/browser/i18n.ts';
import type {Token} from '../../protocol/values/prompt.ts';
import {count, decimal, ordinal, percent} from '../format.ts';
import type {Band} from '../tokens/rank-bands.ts';
import {isolate, spokenToken} from '../tokens/token-text.ts';
import {TokenText} from '../tokens/token-view.tsx';

/** The figures of a class that a row shows. */
export interface ClassRowProps {
	token: Token;
	rank: number;
	/** Left out where the list shows none (`no-logit` on the list takes its column away). */
	logit?: number;
	probability: number;
	/** Length of the bar, 0 to 1: the probability by the end of the list's scale. */
	fraction: number;
	/** The sampling settings cut this class. */
	cut?: boolean;
	/** It can't be chosen: forbidden by hand, or no part of a form. */
	hatched?: boolean;
	/** Ticks on the bar, 0 to 1: where it ended before guidance, and where it ends after the other prompt. */
	marks?: {own: number; other: number};
	/** The class was chosen or drawn: its bar has the colour of this band. */
	lit?: Band;
	/** Makes the row a button that chooses the class. */
	onChoose?(): void;
	/** Of the row's button, in a list that arrow keys walk (`roving.ts`). */
	tabIndex?: number;
	/** Value of `data-tip`, by which a `TipArea` around the list finds the row. */
	tip?: string;
}

/** A class of the LM head: rank, text on its bar, logit, probability. */
export function ClassRow(props: ClassRowProps) {
	const {token, rank, logit, probability, fraction, cut, hatched, marks, lit, onChoose, tabIndex, tip} = props;
	const sentence = t(cut ? 'common_class_spoken_cut' : 'common_class_spoken', {
		rank: ordinal(rank),
		token: isolate(spokenToken(token)),
		probability: percent(probability),
	});
	const spoken = logit === undefined ? sentence : t('common_class_spoken_logit', {sentence, logit: decimal(logit)});
	const className = ['class-row', cut && 'cut', hatched && 'hatched', lit && `lit solid-${lit}-bar`]
		.filter(Boolean)
		.join(' ');
	const style = `--fraction: ${Math.min(1, Math.max(0, fraction))}`;
	// A button is named in a sentence; elsewhere the cells are read.
	const isButton = onChoose !== undefined;
	const cells = (
		<>
			<span class="rank" aria-hidden={isButton}>
				{count(rank)}
			</span>
			<span class="bar" aria-hidden={isButton}>
				{marks && <BarEnd kind="own" at={marks.own} />}
				{marks && <BarEnd kind="other" at={marks.other} />}
				<TokenText token={token} />
			</span>
			<span class="logit" aria-hidden={isButton}>
				{logit === undefined ? '' : decimal(logit)}
			</span>
			<span class="probability" aria-hidden={isButton}>
				{percent(probability)}
			</span>
		</>
	);
	if (!isButton) {
		return (
			<div class={className} style={style} data-tip={tip}>
				{cells}
			</div>
		);
	}
	return (
		<button
			type="button"
			class={className}
			style={style}
			data-tip={tip}
			data-item
			tabIndex={tabIndex}
			onClick={onChoose}
		>
			{cells}
			<span class="spoken">{spoken}</span>
		</button>
	);
}

const BarEnd = ({kind, at}: {kind: 'own' | 'other'; at: number}) => (
	<i class={`bar-end ${kind}`} style={`--at: ${Math.min(1, Math.max(0, at))}`} />
);

/** How wide the column of ranks must be for these: the value of `--rank-width` on the list. */
export const rankWidth = (ranks: readonly number[]) =>
	`${Math.max(2, ...ranks.map(rank => count(rank).length)) * 6.6 + 9}px`;

/** A row that waits for its class; as high as a real one, so that nothing jumps when it comes. */
export function SkeletonRow({fraction}: {fraction: number}) {
	return (
		<div class="class-row skeleton" style={`--fraction: ${fraction}`} aria-hidden="true">
			<span class="rank" />
			<span class="bar" />
			<span class="logit" />
			<span class="probability" />
		</div>
	);
}
